"""Of several processes that need the same machine code, one compiles and the others wait."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


POLL = 0.02  # seconds


class Turn:
    """A lock file that is held while a kernel, and what it calls, is compiled.

    The system takes the lock from a process that dies. One that lives and does not let go within
    `patience` seconds is waited for no more: compiling twice costs time, nothing else. Not for
    several threads at once: numba lets one at a time compile.
    """

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.depth = 0  # a kernel has those compiled that it calls

    @contextmanager
    def taken(self, path: Path) -> Iterator[None]:
        """Waits for the lock file at `path`, unless this process holds it already."""
        file = self._waited_for(path) if self.depth == 0 else None
        self.depth += 1
        try:
            yield
        finally:
            self.depth -= 1
            if file is not None:
                file.close()

    def _waited_for(self, path: Path) -> IO[bytes] | None:
        try:
            file = path.open("ab")
        except OSError:
            return None
        until = time.monotonic() + self.patience
        try:
            while not self._locked(file):
                if time.monotonic() > until:
                    self.patience = 0.0  # nor is it waited for by the kernels that follow
                    break
                time.sleep(POLL)
        except BaseException:  # Ctrl-C
            file.close()
            raise
        return file

    def _locked(self, file: IO[bytes]) -> bool:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:  # a file system without locks
            return True
        return True
