"""Where machine code may be kept: a folder named by the engine's digest, and marked as ours.

What lies there is unpickled and run, so nobody else may be able to write it.
"""

import os
import shutil
import stat
import tempfile
from functools import lru_cache
from pathlib import Path

import platformdirs

from ...version import __version__
from .entry import SUFFIX
from .shipment import shipment_digest
from .sources import engine_digest

# By the first line backup programs know a cache (https://bford.info/cachedir), by the rest we do.
MARKER = "CACHEDIR.TAG"
MARK = b"""Signature: 8a477f597d28d172789f06886806bc55
# Machine code of nndoctor. It may be removed: nndoctor cache clear
"""


@lru_cache(maxsize=1)
def cache_folder() -> Path | None:
    """Where machine code is kept, None where no folder is fit; NUMBA_CACHE_DIR wins."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    home = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("nndoctor"))
    parts = (__version__, engine_digest(), shipment_digest())
    leaf = Path("numba", "-".join(filter(None, parts)))
    if _marked(home / leaf):
        return home / leaf
    fallback = Path(tempfile.gettempdir()) / f"nndoctor-{_user()}"
    return fallback / leaf if _private(fallback) and _marked(fallback / leaf) else None


def entries() -> list[Path]:
    """The files with machine code of this version."""
    folder = cache_folder()
    return [] if folder is None else list(folder.glob(f"*{SUFFIX}"))


def clear_cache() -> int:
    """Removes the machine code of every version and answers how many bytes that freed."""
    folder = cache_folder()
    beside = [] if folder is None else [one for one in folder.parent.iterdir() if _is_ours(one)]
    before = sum(map(_size, beside))
    for one in beside:
        shutil.rmtree(one, ignore_errors=True)  # another process may be clearing it too
    cache_folder.cache_clear()
    return before - sum(map(_size, beside))


def _user() -> int:
    return os.getuid() if os.name == "posix" else 0


def _marked(folder: Path) -> bool:
    """Whether the folder, made where it is missing, can be written and carries our marker."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(folder):
            (folder / MARKER).write_bytes(MARK)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_ours(folder: Path) -> bool:
    try:
        return (folder / MARKER).read_bytes() == MARK
    except OSError:
        return False


def _private(folder: Path) -> bool:
    """Whether the folder, made where it is missing, is ours alone: anyone may have made it."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return False
    if os.name != "posix":  # there the temporary folder itself is the user's
        return stat.S_ISDIR(state.st_mode)
    alone = stat.S_IMODE(state.st_mode) == 0o700 and state.st_uid == os.geteuid()
    return stat.S_ISDIR(state.st_mode) and alone


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
