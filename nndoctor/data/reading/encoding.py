"""The text of a file as UTF-8, whatever it is encoded in."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from difflib import get_close_matches
from encodings.aliases import aliases
from typing import IO

import numpy as np

from nndoctor.errors import DataError

BLOCK = 1 << 18  # bytes; the size in which pandas asks for more
SAMPLE = 1 << 15  # bytes that the guess of an encoding looks at: more takes seconds
COMMONEST = "cp1252"
SIGNS = bytes.fromhex(  # of it, which stand in tables without accented letters: € £ ° and others
    "80 85 84 91 92 93 94 95 96 97 99 a3 a7 a9 ab ae b0 b1 b2 b3 b5 bb bc bd"
).decode(COMMONEST)
MARKS = {  # UTF-32's little-endian mark begins with UTF-16's
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Utf8(io.IOBase):
    """A file of text as UTF-8 bytes, block by block.

    UTF-8 unless its first bytes or the user say otherwise; where it turns out to be something
    else, `guess` is what it was read as. No `io.RawIOBase`: pandas would decode that, and encode
    it again. Raises `DataError`.
    """

    def __init__(self, file: IO[bytes], source: str, encoding: str = "") -> None:
        self.guess = ""
        self._file, self._source, self._encoding = file, source, encoding
        self._blocks = self._converted(_known(encoding) if encoding else "")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """The next block, of any size; nothing at the end."""
        return next(self._blocks, b"")

    def _converted(self, encoding: str) -> Iterator[bytes]:
        line, ascii_only, block = 1, True, self._file.read(BLOCK)
        if encoding in ("", "utf-8"):
            encoding = _marked(block) or encoding
        decoder = codecs.getincrementaldecoder(encoding or "utf-8")()
        while True:
            pending = decoder.getstate()[0]
            if not encoding and not pending and block.isascii():
                text = block
            else:
                try:
                    text = decoder.decode(block, final=not block).encode()
                except UnicodeError as error:
                    start = getattr(error, "start", 0)
                    block = pending + block
                    if b"\0" in block and not encoding:
                        raise self._no_text(block, line) from error
                    if encoding or not (ascii_only and block[:start].isascii()):
                        raise self._wrong(block, start, line, encoding) from error
                    encoding = self.guess = _guessed(block)
                    decoder = codecs.getincrementaldecoder(encoding)()
                    continue
                ascii_only = ascii_only and text.isascii()
            if b"\0" in text:
                raise self._no_text(text, line)
            if text:
                yield text
            if not block:
                return
            line, block = line + _ends(text), self._file.read(BLOCK)

    def _no_text(self, block: bytes, line: int) -> DataError:
        line += _ends(block[: block.index(0)])
        return DataError(
            f"{self._source} is no text: line {line} holds a byte 0",
            "is it a binary file, or UTF-16 (--encoding utf-16)?",
        )

    def _wrong(self, block: bytes, start: int, line: int, encoding: str) -> DataError:
        place = f"byte 0x{block[start]:02x} in line {line + _ends(block[:start])}"
        if self.guess or not encoding:
            name = self.guess or "UTF-8"
            hint = f"name what it is, such as --encoding {COMMONEST}"
            return DataError(f"{self._source} reads as {name}, but not {place}", hint)
        return DataError(
            f"{self._source} is not {encoding}: {place}", "leave --encoding out to have it guessed"
        )


def _known(encoding: str) -> str:
    try:
        "".encode(encoding)  # which refuses base64 and other codecs that are no text
        return codecs.lookup(encoding).name
    except LookupError as error:
        names = sorted({name.replace("_", "-") for pair in aliases.items() for name in pair})
        near = get_close_matches(encoding.lower().replace("_", "-"), names, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"such as utf-8 or {COMMONEST}"
        raise DataError(f"there is no encoding {encoding!r}", hint) from error


def _marked(block: bytes) -> str:
    return next((name for mark, name in MARKS.items() if block.startswith(mark)), "")


def _guessed(block: bytes) -> str:
    """What the lines that are not ASCII are likely to be encoded in.

    Short text often fits several encodings as well; the guesser's first is then the first by
    name, which is rarely what people use.
    """
    from charset_normalizer import from_bytes

    lines = [line for line in block.splitlines(keepends=True) if not line.isascii()]
    sample = b"".join(lines)[:SAMPLE]
    western = [sign for sign in sample.decode(COMMONEST, "replace") if not sign.isascii()]
    if set(western) <= set(SIGNS):
        return COMMONEST
    found = from_bytes(sample)
    best = found.best()
    if best is None:
        return COMMONEST
    alike = {
        name
        for match in found
        if (match.chaos, match.coherence) == (best.chaos, best.coherence)
        for name in match.could_be_from_charset
    }
    return COMMONEST if COMMONEST in alike and all(map(str.isalpha, western)) else best.encoding


def _ends(text: bytes) -> int:
    """How many lines end in a text; NumPy counts ten times as fast as `bytes`."""
    signs = np.frombuffer(text, np.uint8)
    return int(np.count_nonzero(signs == ord("\n")) or np.count_nonzero(signs == ord("\r")))
