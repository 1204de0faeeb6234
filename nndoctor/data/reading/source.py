"""The first look at a file: enough of its content to tell what it is."""

import codecs
import zipfile
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from .encoding import CONTROL, unmarked_utf16
from .endings import ending
from .opening import ZIP_MAGIC, name_inside, unpacked

SIZE = 1 << 16  # bytes; a title page, a long header and some rows
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
        encoding = MARKS.get(sample[:2]) or unmarked_utf16(sample)
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
