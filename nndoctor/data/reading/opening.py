"""Opening a data file: missing, empty, locked and packed files end here."""

import bz2
import gzip
import lzma
import os
import re
import shlex
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

from nndoctor.errors import DataError, NNDoctorError
from nndoctor.limits import memory_there, refuse_beyond, refuse_bomb, refuse_device
from nndoctor.spelling import similar_files

from ..naming import listed
from .endings import looks_like_data

AGAIN = "copy or download it again"
CURL = ("http", "https", "ftp")  # schemes that curl knows
URL = re.compile(r"([a-z][a-z0-9+.-]+):/+(.+)", re.IGNORECASE)  # one letter is a drive
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
# Formats that are zip archives themselves have a member whose name ends like this.
ZIPPED_FORMATS = ("[Content_Types].xml", "mimetype", ".npy", "data.pkl", "model.weights.h5")
LOCKED = 0x1  # the bit in a zip member's flags that says it needs a password

# What packs one stream of bytes: how it begins, what undoes it.
PACKERS: dict[bytes, tuple[str, Callable[[IO[bytes]], object]]] = {
    b"\x1f\x8b": ("gzip", lambda file: gzip.GzipFile(fileobj=file)),
    b"BZh": ("bzip2", bz2.BZ2File),
    b"\xfd7zXZ\0": ("xz", lzma.LZMAFile),
}


def check_file(path: Path) -> None:
    """Refuses what is no file, or holds nothing; names the nearest files in that folder."""
    address = URL.fullmatch(str(path))
    if address and not os.path.exists(path):
        scheme, rest = address.groups()
        name = rest.partition("?")[0].rpartition("/")[2] or "data"
        fetch = shlex.join(["curl", "-L", "-o", name, f"{scheme}://{rest}"])
        fetch = fetch if scheme in CURL else f"download it as {shlex.quote(name)}"
        raise DataError(
            f"{scheme}://{rest} is a web address; nndoctor downloads nothing",
            f"{fetch}, then nndoctor checkup {shlex.quote(name)}",
        )
    refuse_device(path)
    if path.is_dir():
        raise DataError(f"{path} is a directory, not a data file", _inside(path))
    if not path.exists():
        raise DataError(f"{path} does not exist", _nearest(path))
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty (0 bytes)", AGAIN)


@contextmanager
def unpacked(path: Path, part: str = "") -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where gzip, bzip2, xz or zip made them, whatever its name.

    `part` names one of several files in a zip archive. Raises DataError also for what goes wrong
    while the bytes are read.
    """
    packer = ""
    try:
        with ExitStack() as stack:
            file: IO[bytes] = stack.enter_context(path.open("rb"))
            start = file.read(6)
            file.seek(0)
            for magic, (name, undo) in PACKERS.items():
                if start.startswith(magic):
                    packer = name
                    file = cast(IO[bytes], BufferedReader(_Unpacking(path, undo(file))))
            if start.startswith((ZIP_MAGIC, EMPTY_ZIP)):
                packer = "zip"
                with _names_decoded():
                    archive = stack.enter_context(zipfile.ZipFile(file))
                member = _member(path, archive, part)
                refuse_bomb(path, archive, member)
                if member:
                    with _names_decoded():
                        file = stack.enter_context(archive.open(member))
                else:
                    file.seek(0)
            yield file
    except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
        raise _corrupt(path, packer, error) from error
    except NotImplementedError as error:  # a method of compression that Python does not know
        raise DataError(f"{path} can't be unpacked: {error}", f"unzip {path}") from error
    except OSError as error:
        # Without a number it is not the system that complains, but a library about the content.
        if error.errno is None:
            raise _corrupt(path, packer, error) from error
        raise DataError(
            f"{path} can't be read: {error.strerror or error}", "do you have permission to read it?"
        ) from error


@contextmanager
def _names_decoded() -> Iterator[None]:
    """A name in an archive that is no text means damage."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise zipfile.BadZipFile(str(error)) from error


class _Unpacking(RawIOBase):
    """What a packer gives, as long as there is memory: a few bytes may hold terabytes."""

    def __init__(self, path: Path, file: Any) -> None:
        self._path, self._file, self._most = path, file, memory_there()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, to: int, whence: int = 0) -> int:
        return int(self._file.seek(to, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, room: Any) -> int:
        content = self._file.read(len(room))
        if self._file.tell() > self._most:
            refuse_beyond(self._file.tell(), f"{self._path} once unpacked", "unpack a part of it")
        room[: len(content)] = content
        return len(content)


@contextmanager
def readable(source: object, what: str) -> Iterator[None]:
    """Turns whatever a library says of a damaged file into a DataError."""
    try:
        yield
    except NNDoctorError:
        raise
    except Exception as error:  # what libraries raise on damaged bytes has no common ground
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(f"{source} is no readable {what}: {reason}", AGAIN) from error


def name_inside(path: Path, part: str = "") -> str:
    """The name of what `unpacked` gives: that of the file in a zip archive, else the path's."""
    with path.open("rb") as file:
        if file.read(4) != ZIP_MAGIC:
            return path.name
        with zipfile.ZipFile(file) as archive:
            return _member(path, archive, part) or path.name


def cut_short(path: Path | str, expected: int, seen: int) -> DataError:
    """The error for a file whose size is not what its header promises."""
    wrong = "is cut short" if seen < expected else "is too long"
    return DataError(f"{path} {wrong}: expected {expected} bytes, saw {seen}", AGAIN)


def _member(path: Path, archive: zipfile.ZipFile, part: str) -> str:
    """The one file to read out of an archive; "" where the archive as a whole is the data."""
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if any(name.endswith(ZIPPED_FORMATS) for name in names):
        return ""
    names = [name for name in names if not name.startswith("__MACOSX/")]
    asked = [name for name in names if part in (name, Path(name).name)] if part else []
    likely = [name for name in names if looks_like_data(name)]
    # A part that is no file of the archive may be one of the only file in it, such as a sheet.
    chosen = next((some for some in (asked, names, likely) if len(some) == 1), [])
    if not names:
        raise DataError(f"{path} is an archive with no file in it", AGAIN)
    if not chosen:
        problem = f"no file '{part}'" if part else f"{len(names)} files"
        raise DataError(
            f"{path} is an archive with {problem}",
            f"--table NAME, one of {listed(likely or names)}",
        )
    if archive.getinfo(chosen[0]).flag_bits & LOCKED:
        raise DataError(
            f"{path} is locked with a password", f"unzip {path}, and name the file that was in it"
        )
    return chosen[0]


def _corrupt(path: Path, packer: str, error: Exception) -> DataError:
    seen = path.stat().st_size
    who = packer or "its reader"
    return DataError(
        f"{path} is cut short or corrupt: after {seen} bytes {who} says '{error}'", AGAIN
    )


def _inside(folder: Path) -> str:
    try:
        files = sorted(file.name for file in folder.iterdir() if file.is_file())
    except OSError:
        files = []
    data = [name for name in files if looks_like_data(name)]
    if not data:
        return "name a table in place of it: nndoctor checkup TABLE"
    more = f", or another file in it: {listed(data[1:])}" if len(data) > 1 else ""
    return f"nndoctor checkup {shlex.quote(str(folder / data[0]))}{more}"


def _nearest(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} either"
    names = sorted(file.name for file in path.parent.iterdir() if file.is_file())
    data = [name for name in names if looks_like_data(name)]
    hint = similar_files(path, data) or similar_files(path, names)
    there = f" in this folder: {listed(data, 4)}" if data else ""
    return hint or f"is the path spelled right?{there}"
