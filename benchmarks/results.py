"""How results are told: medians with their spread beside the goal, and RESULTS.md by sections."""

import argparse
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median

from timing import Samples, paired

RESULTS = Path(__file__).with_name("RESULTS.md")
PACKAGES = ("numpy", "numba", "scipy", "torch", "scikit-learn")


def spread(values: Sequence[float], unit: str = "s") -> str:
    """Median and range, such as `1.31 s (1.28-1.60)`; given in seconds where the unit is ms."""
    scale = 1e3 if unit == "ms" else 1.0
    middle, low, high = (f"{scale * v:.3g}" for v in (median(values), min(values), max(values)))
    space = " " if unit not in ("x", "") else ""
    return f"{middle}{space}{unit} ({low}-{high})"


def verdict(met: bool) -> str:
    """In one word whether a goal is met."""
    return "met" if met else "MISSED"


def judged(
    values: Sequence[float], limit: float, unit: str = "x", *, at_least: bool = False
) -> str:
    """A goal and whether the median meets it, such as `>= 10x: met`."""
    met = median(values) >= limit if at_least else median(values) <= limit
    space = "" if unit == "x" else " "
    return f"{'>=' if at_least else '<='} {limit:g}{space}{unit}: {verdict(met)}"


@dataclass(frozen=True)
class Goal:
    """A ratio of two sides, paired round by round, and the limit it must not pass."""

    what: str
    above: str
    below: str
    limit: float
    at_least: bool = False

    def row(self, samples: Samples, unit: str = "s") -> list[str]:
        """What was measured beside what was asked."""
        above, below = samples[self.above], samples[self.below]
        ratio = paired(above, below)
        goal = judged(ratio, self.limit, at_least=self.at_least)
        return [self.what, spread(above, unit), spread(below, unit), spread(ratio, "x"), goal]


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
    first = ", at real-time priority" if _before_others() else ""
    return (
        f"{date.today()}, {_processor()}, {os.cpu_count()} cores{load}{first}; {_system()}; "
        f"Python {platform.python_version()}, {versions}; "
        f"OPENBLAS_CORETYPE {os.environ.get('OPENBLAS_CORETYPE') or 'not set'}"
    )


def _before_others() -> bool:
    """Whether other work has to wait (chrt -f 1), which a high load does not tell."""
    return hasattr(os, "sched_getscheduler") and os.sched_getscheduler(0) == os.SCHED_FIFO


def options(doc: str | None, rounds: int) -> argparse.ArgumentParser:
    """The command line of a benchmark: its docstring's first line, --rounds and --write."""
    parser = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    parser.add_argument(
        "--rounds", type=int, default=rounds, help=f"turns of each side (default {rounds})"
    )
    parser.add_argument("--write", action="store_true", help="keep the result in RESULTS.md")
    return parser


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
