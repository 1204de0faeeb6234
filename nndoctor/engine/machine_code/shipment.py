"""Machine code that came with the installation: for which processors, and whether it fits here.

It is compiled when a wheel is built, for a baseline that most processors of an architecture have,
and lies in a folder named by all that it depends on; where nothing has that name, nothing fits.
"""

import hashlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from llvmlite import binding
from numba.core import config

from .entry import SUFFIX
from .sources import engine_digest

SHIPPED = Path(__file__).parent / "shipped"
FOLDER = "nndoctor/engine/machine_code/shipped"


@dataclass(frozen=True)
class Baseline:
    """A processor that code is compiled for, and the features that run it, as LLVM names them."""

    cpu: str
    features: frozenset[str] = frozenset()

    def fits(self, host: dict[str, bool]) -> bool:
        """Whether a processor with these features runs its code."""
        return all(host.get(feature, False) for feature in self.features)


V2 = frozenset({"cx16", "popcnt", "sahf", "sse3", "sse4.1", "sse4.2", "ssse3"})
V3 = V2 | {"avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe", "xsave"}

BASELINES = {
    "x86_64": Baseline("x86-64-v3", V3),  # the x86-64 psABI's levels
    "aarch64": Baseline("generic"),  # 128-bit vectors are part of the architecture
    "arm64": Baseline("generic"),
}


def baseline() -> Baseline | None:
    """What code is shipped for here; None where it would not run or numba is told its target."""
    architecture = binding.get_process_triple().partition("-")[0]
    found = BASELINES.get(architecture)
    if found is None or not found.fits(binding.get_host_cpu_features()):
        return None
    told = (getattr(config, name, None) for name in ("CPU_NAME", "CPU_FEATURES"))
    return found if all(one is None for one in told) else None


def stamp(target: Baseline) -> str:
    """The name of the folder whose code fits this engine, this Python and this target."""
    return f"{target.cpu}-{sys.implementation.cache_tag}-{engine_digest()}"


@lru_cache(maxsize=1)
def shipped_folder() -> Path | None:
    """Where code that fits lies; None where none was shipped."""
    target = baseline()
    if target is None:
        return None
    name = stamp(target)
    here = SHIPPED / name
    folder = here if here.is_dir() else installed() / name
    return folder if folder.is_dir() else None


def installed() -> Path:
    """Where the package that is installed has its code; this one may be a checkout of the same."""
    from importlib.metadata import PackageNotFoundError, distribution  # where there is none here

    try:
        return Path(str(distribution("nndoctor").locate_file(FOLDER)))
    except PackageNotFoundError:
        return SHIPPED


def shipped_entries() -> list[Path]:
    """The files with machine code that came with the installation and fit."""
    folder = shipped_folder()
    return [] if folder is None else sorted(folder.glob(f"*{SUFFIX}"))


def shipment_digest() -> str:
    """Of which functions were shipped; empty where none were.

    What is compiled here holds parts of what was shipped, so it is kept apart from what is
    compiled without: else the same seed could give other digits, depending on who ran first.
    """
    names = "".join(path.name for path in shipped_entries())
    return names and hashlib.sha256(names.encode()).hexdigest()[:6]
