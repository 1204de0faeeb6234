"""How much memory and how many processors there are, and a refusal of what can't fit."""

import errno
import gc
import os
import stat
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .errors import DataError, TooLarge

GIB = 1 << 30
LITTLE = 1 << 20  # bytes that are there, or nothing runs at all
UNKNOWN = 1 << 62  # more than any machine has: nothing is refused where nothing is known


def memory_there() -> int:
    """Bytes this process can still get: of the machine, its container and its own limit."""
    with suppress(OSError, ValueError, ImportError):
        return max(0, min(_limits(), default=UNKNOWN))
    return UNKNOWN


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def give_back() -> None:
    """Hands free memory back to the system, where the C library keeps it for each thread."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).malloc_trim(0)


def small_pages() -> None:
    """Has NumPy take memory in small pages, unless the user says otherwise; it asks once, when it
    is imported.

    Huge pages are seldom free, so that each is new, and new memory costs a virtual machine up to
    2.5 s a gigabyte; small ones are used again. Tables, which are read in order, lose nothing.
    """
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")


def seldom_collected() -> None:
    """Has cycles of objects looked for a fiftieth as often as Python does.

    Every look at the oldest ones walks through all that was imported, two hundred thousand objects;
    at a start that is a tenth of the time, and none of them goes.
    """
    gc.set_threshold(50_000, 20, 100)


def refuse_beyond(needed: float, what: str, hint: str) -> None:
    """Raises TooLarge where so many bytes are more than there are."""
    if needed <= LITTLE:
        return
    there = memory_there()
    if needed > there:
        raise TooLarge(f"{what} needs {_gib(needed)}, {_gib(there)} are available", hint)


def place(folder: Path, written: str) -> Path:
    """Where a written path leads, relative to a folder or to a home. Raises DataError."""
    try:
        path = folder / Path(written).expanduser()
    except RuntimeError as error:
        raise DataError(f"{written}: {error}", "write the whole path") from None
    refuse_device(path)
    return path


def refuse_device(path: Path) -> None:
    """Refuses a pipe or a device, which may never end, and what no file can be called.

    What is not there is for others to tell.
    """
    try:
        mode = path.stat().st_mode
    except ValueError as error:
        raise DataError(f"{path} is no path: {error}", "is it spelled right?") from None
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise DataError(f"{path} is no path: {error.strerror}", "is it right?") from None
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise DataError(
            f"{path} is a device or a pipe, not a regular file",
            "write it to a file first, and name that",
        )


def refuse_bomb(path: Path, archive: zipfile.ZipFile, member: str = "") -> None:
    """Refuses a zip archive, or one member of it, that unpacks to more than there is memory."""
    infos = [archive.getinfo(member)] if member else archive.infolist()
    told = sum(info.file_size for info in infos)  # zipfile reads no more than what is told
    refuse_beyond(told, f"{path} once unpacked", "unpack it, and take a part of it")


def _limits() -> Iterator[int]:
    if sys.platform == "linux":
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                yield int(line.split()[1]) << 10
        with suppress(OSError, ValueError):  # no cgroup of version 2, or one without a limit
            group = Path("/sys/fs/cgroup")
            most = int((group / "memory.max").read_text())
            yield most - int((group / "memory.current").read_text())
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            yield most - pages * os.sysconf("SC_PAGE_SIZE")
    elif hasattr(os, "sysconf"):
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _gib(count: float) -> str:
    return f"{count / GIB:.3g} GiB"
