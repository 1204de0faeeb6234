"""Every file a command leaves: claimed before anything runs, there in one piece or not at all."""

import errno
import glob
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from .errors import UsageError

ELSEWHERE = "name another place"
FORCE = f"{ELSEWHERE}, or add --force to replace it"
TRACE = re.compile(r"\.(?P<of>.+)\.([0-9a-f]{8}\.part|lock)")  # that a run leaves which is killed


@contextmanager
def claimed(path: Path | None, reads: Iterable[Path] = (), force: bool = False) -> Iterator[None]:
    """Keeps a place for this run alone while entered; without a path there is nothing to keep.

    Raises UsageError where it can't be written, where another run writes, and where a file is, such
    as one of those the command `reads`; `force` gives that file up.
    """
    with _told(path):
        free = path is None or _is_stream(path)
    if path is None or free:
        yield
        return
    with _told(path):
        _refuse(path, reads, force)
    with _locked(path):
        with _told(path):
            _try(_place(path))
        yield


@contextmanager
def claimed_folder(path: Path | None, force: bool = False) -> Iterator[None]:
    """The same for a folder of files, which is made once there is something to put into it.

    Raises UsageError where it can't be, where a file has its name, and where it holds files
    already; with `force` those of the same names are replaced.
    """
    if path is None:
        yield
        return
    with _told(path):
        _refuse_folder(path, force)
    with _locked(path):
        with _told(path):
            _try(_place(path) / "file" if path.is_dir() else _place(path))
            _sweep(path)
        yield


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file to write into, which takes its place once it is whole. Raises UsageError."""
    with _told(path):
        if _is_stream(path):
            with path.open("wb") as file:
                yield file
            return
        place = _place(path)
        part = _part(place)
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())  # else a power cut may leave the new name without content
            if place.exists():
                shutil.copymode(place, part)
            part.replace(place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync(place.parent)


def write_text(path: Path, text: str) -> None:
    """The same for text, in UTF-8."""
    with written(path) as file:
        file.write(text.encode())


@contextmanager
def growing(path: Path, go_on: bool = False) -> Iterator[Callable[[str], None]]:
    """A text that is there line by line as it is written; `go_on` adds to one that is there.

    A process that dies leaves whole lines, and at most the beginning of one, which goes when
    another one goes on. Raises UsageError.
    """
    if go_on:
        drop_half_line(path)
    with _told(path):
        file = path.open("ab" if go_on else "wb", buffering=0)
    with file:

        def write(line: str) -> None:
            left = memoryview(f"{line}\n".encode())
            with _told(path):
                while left:  # a disk that is full takes a part of it, and says so the next time
                    left = left[file.write(left) :]

        yield write


def drop_half_line(path: Path) -> None:
    """Cuts off the last line of a text where it has no end; without a file there is nothing to do.

    Raises UsageError.
    """
    with _told(path):
        if path.is_file():
            content = path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                os.truncate(path, whole)


def make_folder(path: Path) -> None:
    """Makes a folder that was claimed, where it is not there. Raises UsageError."""
    with _told(path):
        path.mkdir(exist_ok=True)


def holds_files(folder: Path) -> bool:
    """Whether there is anything in a folder but what runs that were killed have left there."""
    return any(not TRACE.fullmatch(one.name) for one in folder.iterdir())


def same_file(one: Path, other: Path) -> bool:
    """Whether both names lead to one file that is there."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _place(path: Path) -> Path:
    """Where it really is: a link is followed, not replaced."""
    return Path(os.path.realpath(path))


def _is_stream(path: Path) -> bool:
    """Whether it is a pipe or a device, which is written into and holds nothing to lose."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _told(path: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"{path} can't be written: {why}", ELSEWHERE) from None


def _refuse(path: Path, reads: Iterable[Path], force: bool) -> None:
    place = _place(path)
    if place.is_dir():
        raise UsageError(f"{path} can't be written: it is a folder", "name a file in it")
    if not place.parent.is_dir():
        problem = f"{path} can't be written: there is no folder {path.parent}"
        raise UsageError(problem, f"make it, or {ELSEWHERE}")
    if not place.exists():
        return
    if not force:
        read = any(same_file(place, one) for one in reads)
        raise UsageError(f"{path} is {'read by this command' if read else 'there already'}", FORCE)
    if not os.access(place, os.W_OK):
        raise UsageError(f"{path} can't be written: it is read-only", ELSEWHERE)


def _refuse_folder(path: Path, force: bool) -> None:
    place = _place(path)
    if place.exists() and not place.is_dir():
        raise UsageError(f"{path} can't hold files: it is one itself", ELSEWHERE)
    if not place.parent.is_dir():
        problem = f"{path} can't be made: there is no folder {path.parent}"
        raise UsageError(problem, f"make it, or {ELSEWHERE}")
    if place.is_dir() and not force and holds_files(place):
        hint = f"{ELSEWHERE}, or add --force to replace files of the same names"
        raise UsageError(f"{path} holds files already", hint)


def _part(place: Path) -> Path:
    return place.with_name(f".{place.name}.{os.urandom(4).hex()}.part")


def _try(place: Path) -> None:
    """Makes a file beside it, and removes what runs that were killed have left there."""
    part = _part(place)
    part.open("xb").close()
    for left in place.parent.glob(f".{glob.escape(place.name)}.*.part"):
        left.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes halves of files from a folder, but for those under a lock: their run may live."""
    for left in folder.glob(".*.part"):
        trace = TRACE.fullmatch(left.name)
        if trace and not left.with_name(f".{trace['of']}.lock").exists():
            left.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Makes a new name last; not every system and file system can."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds a lock beside it, which the system takes back from a run that dies."""
    place = _place(path)
    lock = place.with_name(f".{place.name}.lock")
    with _told(path):
        held = _hold(lock)
    if held is None:
        raise UsageError(f"{path} is being written by another run", f"let it end, or {ELSEWHERE}")
    try:
        yield
    finally:
        if sys.platform == "win32":  # where an open file can't be removed
            os.close(held)
            with suppress(OSError):
                lock.unlink()
        else:  # first removed, for whoever comes after the close may have it already
            lock.unlink(missing_ok=True)
            os.close(held)


def _hold(lock: Path) -> int | None:
    """The lock file, open and locked; None where another run has it."""
    while True:
        opened = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        if not _lock(opened):
            os.close(opened)
            return None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(opened), lock.stat()):
                return opened
        os.close(opened)  # its holder has removed it in between


def _lock(opened: int) -> bool:
    """Whether it could be locked; a file system without locks can't keep two runs apart."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True
