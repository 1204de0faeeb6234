"""Opening a data file: missing, empty, locked and compressed files end here."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import IO, cast

from nndoctor.errors import DataError

GZIP_MAGIC = b"\x1f\x8b"
AGAIN = "copy or download it again"


def check_file(path: Path) -> None:
    """Refuses what is no file, or holds nothing; names the nearest files in that folder."""
    if path.is_dir():
        raise DataError(f"{path} is a directory, not a data file", "name one file in it")
    if not path.exists():
        raise DataError(f"{path} does not exist", _nearest(path))
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty (0 bytes)", AGAIN)


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, gunzipped when they are gzip's, whatever the name says."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == GZIP_MAGIC
            plain.seek(0)
            yield cast(IO[bytes], gzip.GzipFile(fileobj=plain)) if packed else plain
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        seen = path.stat().st_size
        raise DataError(
            f"{path} is cut short or corrupt: after {seen} bytes gzip says '{error}'", AGAIN
        ) from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from error


def cut_short(path: Path | str, expected: int, seen: int) -> DataError:
    """The error for a file whose size is not what its header promises."""
    wrong = "is cut short" if seen < expected else "is too long"
    return DataError(f"{path} {wrong}: expected {expected} bytes, saw {seen}", AGAIN)


def _nearest(path: Path) -> str:
    if not path.parent.is_dir():
        return f"there is no folder {path.parent} either"
    names = sorted(file.name for file in path.parent.iterdir() if file.is_file())
    near = get_close_matches(path.name, names, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else "is the path spelled right?"
