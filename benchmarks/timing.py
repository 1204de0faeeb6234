"""What both benchmarks share: alternating rounds, medians with their spread, and the report."""

import os
import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("numpy", "numba", "scipy", "torch", "scikit-learn")
PAUSE = 0.05  # seconds after each turn, so that spinning threads of one side have gone to sleep

Samples = Mapping[str, Sequence[float]]


def timed(work: Callable[..., object], *given: object) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def alternate(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Asks every side for one measurement a round, A B C A B C, so that noise meets all alike."""
    samples: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            samples[name].append(measure())
            time.sleep(PAUSE)
    return samples


def fastest(samples: Samples) -> str:
    """The side with the lowest median."""
    return min(samples, key=lambda name: median(samples[name]))


def paired(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """The ratio in each round."""
    return [a / b for a, b in zip(above, below, strict=True)]


def spread(values: Sequence[float], unit: str = "s") -> str:
    """Median and range, such as `1.31 s (1.28-1.60)`; the unit is one of s, ms, x and MiB."""
    scale = 1e3 if unit == "ms" else 1.0
    middle, low, high = (f"{scale * v:.3g}" for v in (median(values), min(values), max(values)))
    space = "" if unit == "x" else " "
    return f"{middle}{space}{unit} ({low}-{high})"


def verdict(met: bool) -> str:
    """In one word whether a goal is met."""
    return "met" if met else "MISSED"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with aligned columns."""
    cells = [list(head), *map(list, rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    cells.insert(1, ["-" * width for width in widths])
    padded = (" | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells)
    return "\n".join(f"| {line} |" for line in padded)


def machine() -> str:
    """What a number depends on; neither host names nor paths."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return (
        f"{date.today()}, {_processor()}, {os.cpu_count()} cores{load}; {_system()}; "
        f"Python {platform.python_version()}, {versions}; "
        f"OPENBLAS_CORETYPE {os.environ.get('OPENBLAS_CORETYPE') or 'not set'}"
    )


def publish(name: str, text: str, write: bool) -> None:
    """Prints a section; with `write` it also replaces the section of that name in RESULTS.md."""
    print(text)
    if not write:
        return
    first, last = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Results\n"
    section = f"{first}\n{text}\n{last}"
    if first in old and last in old:
        before, rest = old.split(first, 1)
        new = before + section + rest.split(last, 1)[1]
    else:
        new = f"{old.rstrip()}\n\n{section}\n"
    RESULTS.write_text(new, encoding="utf-8")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']} {platform.machine()}"
    except OSError:
        return f"{platform.system()} {platform.machine()}"
