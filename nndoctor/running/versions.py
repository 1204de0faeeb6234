"""What the bits of a run depend on, but for the processor."""

import platform
from collections.abc import Mapping
from importlib.metadata import version

from ..engine.machine_code.sources import engine_digest
from ..errors import NNDoctorError
from ..version import __version__


class OtherVersions(NNDoctorError):
    """A worker has other versions than its user."""


def versions() -> dict[str, str]:
    """Of this process; the last number of Python's changes neither bits nor pickles."""
    packages = {name: version(name) for name in ("numpy", "numba", "scipy")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"nndoctor": f"{__version__} ({engine_digest()[:8]})", "python": python, **packages}


def refuse_other(wanted: Mapping[str, str]) -> None:
    """Raises OtherVersions where this process has others than `wanted`."""
    own = versions()
    other = [f"{n} {own.get(n)}, not {v} as here" for n, v in wanted.items() if own.get(n) != v]
    if other:
        raise OtherVersions(
            f"a worker on {platform.node()} has {'; '.join(other)}",
            "install the same versions on every machine, and start its workers anew",
        )
