"""The first look at a file: enough of its content to tell what it is."""

import codecs
import zipfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from .endings import ending
from .opening import ZIP_MAGIC, name_inside, unpacked

SIZE = 1 << 16  # bytes; a title page, a long header and some rows
CONTROL = bytes({*range(9), *range(14, 32)} - {0x1A, 0x1B})  # end of file in DOS, colours
# Of the bytes of a text; random bytes have a tenth, and hardly ever read as UTF-8.
MOST_CONTROL, MOST_CONTROL_ELSE = 0.2, 0.02
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Source:
    """A file, how its content begins once unpacked, and what that content is called.

    `member` names the file in a zip archive that was asked for, `members` all that a file holds
    that is a zip archive by its format, such as NPZ.
    """

    path: Path
    name: str
    start: bytes
    member: str = ""
    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        return str(self.path)

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """All of the content, unpacked."""
        return unpacked(self.path, self.member)

    @property
    def ending(self) -> str:
        return ending(self.name)

    @cached_property
    def text(self) -> str:
        """The beginning as text, good enough for its ASCII characters; "" where it is none."""
        sample = self.start
        encoding = MARKS.get(sample[:2]) or _without_mark(sample)
        if encoding:
            return sample.decode(encoding, "replace")
        strange = len(sample) - len(sample.translate(None, CONTROL))
        most = MOST_CONTROL if _is_utf8(sample) else MOST_CONTROL_ELSE
        if b"\0" in sample or strange > most * len(sample):
            return ""
        return sample.removeprefix(b"\xef\xbb\xbf").decode("latin-1")

    @cached_property
    def lines(self) -> list[str]:
        """The whole lines of the beginning that are not blank."""
        lines = self.text.splitlines()
        if len(self.start) == SIZE and len(lines) > 1:
            lines.pop()
        return [line.strip() for line in lines if line.strip()]

    def begins(self, *magics: bytes) -> bool:
        return self.start.startswith(magics)


def look(path: Path, part: str = "") -> Source:
    """Reads the beginning; `part` may name one of several files in a zip archive."""
    with unpacked(path, part) as file:
        start = file.read(SIZE)
        members: tuple[str, ...] = ()
        if start.startswith(ZIP_MAGIC):
            file.seek(0)
            with zipfile.ZipFile(file) as archive:
                members = tuple(archive.namelist())
    name = name_inside(path, part)
    member = part if part in (name, Path(name).name) else ""
    return Source(path, Path(name).name, start, member, members)


def _is_utf8(sample: bytes) -> bool:
    """Whether all of it can be read; the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _without_mark(sample: bytes) -> str:
    """UTF-16 that does not say so: of mostly ASCII text every second byte is zero."""
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[offset::2], sample[1 - offset :: 2]
        mostly_zero = zeros.count(0) > 0.9 * len(zeros)
        if len(sample) > 3 and mostly_zero and not set(others) & set(CONTROL):
            return encoding
    return ""
