"""What is installed here, for bug reports."""

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from importlib.util import find_spec

from ..findings import Table
from ..limits import GIB, UNKNOWN, memory_there, processors
from ..version import __version__
from .common import environment

# What an extra is there for, and the module that it brings.
EXTRAS = {
    "parquet": ("pyarrow", "Parquet and Feather files"),
    "excel": ("python_calamine", "Excel and OpenDocument sheets"),
    "hdf5": ("h5py", "HDF5 files"),
    "torch": ("torch", "modules of PyTorch"),
    "dask": ("distributed", "runs on many machines"),
}


def installation() -> Table:
    """Versions, processors, memory, and which extras are there or how they are installed."""
    memory = memory_there()
    rows = [
        ("nndoctor", __version__),
        ("python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("platform", platform.platform()),
        ("processors", str(processors())),
        ("memory free", "unknown" if memory == UNKNOWN else f"{memory / GIB:.1f} GiB"),
        *((name, v) for name, v in environment().items() if name not in ("python", "platform")),
        *((name, _version(name)) for name in ("scikit-learn", "optuna", "matplotlib")),
        *((f"{name}: {what}", _extra(name, module)) for name, (module, what) in EXTRAS.items()),
    ]
    return Table("environment", ("what", "here"), tuple(rows))


def _extra(name: str, module: str) -> str:
    if find_spec(module) is None:
        return f'pip install "nndoctor[{name}]"'
    return _version(module.replace("_", "-"))


def _version(package: str) -> str:
    try:
        return version_of(package)
    except PackageNotFoundError:
        return "not installed"
