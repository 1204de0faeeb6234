"""The text of a file as UTF-8, whatever it is encoded in."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from difflib import get_close_matches
from encodings.aliases import aliases
from typing import IO

import numpy as np

from nndoctor.errors import DataError

BLOCK = 1 << 18  # bytes; the size in which pandas asks for more
SAMPLE = 1 << 15  # bytes that the guess of an encoding looks at: more takes seconds
COMMONEST = "cp1252"
DOS_END = b"\x1a"  # Ctrl-Z, which ended texts under CP/M and DOS, and says nothing else
CONTROL = bytes({*range(9), *range(14, 32)} - {0x1A, 0x1B})  # end of file in DOS, colours
WINDOWS = {  # in place of what Macs wrote before Unicode, which the guesser prefers by its order
    "mac_cyrillic": "cp1251",
    "mac_greek": "cp1253",
    "mac_iceland": COMMONEST,
    "mac_latin2": "cp1250",
    "mac_roman": COMMONEST,
    "mac_turkish": "cp1254",
}
NOT_ASCII = re.compile(rb"[\x80-\xff]+")
ALONE = 0.8  # share of accented letters without another beside it
ODD = 0.1  # of them, share of signs within words: letters of another encoding
# In the commonest: letters of the west; signs within words, and those before them; and letters
# that speak for other languages, or, as the ƒ, for Japanese.
LETTER = r"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff\u0152\u0153\u0178]"
WITHIN = bytes.fromhex("85 91 92 96 97 b0 b4 b7").decode(COMMONEST)
BEFORE = bytes.fromhex("80 82 84 8b 93 94 95 9b a1 a7 a9 ab b1 b5 bb bc bd be bf d7").decode(
    COMMONEST
)
OTHERS = set(bytes.fromhex("83 8a 8e 9a 9e").decode(COMMONEST))
AS_LETTER = re.compile(  # such as the ³ of kó³ko, which is kółko in cp1250
    rf"(?!{LETTER}|[\0-\x7f{WITHIN}])(?:(?<={LETTER}).|(?<!{LETTER})[^{BEFORE}])(?={LETTER})"
)
PAIRS = ("çã".encode(COMMONEST), "çõ".encode(COMMONEST))  # Portuguese is full of them
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
    else, it is `likely` where that fits, and `guess` is what it was read as. No
    `io.RawIOBase`: pandas would decode that, and encode it again. Raises `DataError`.
    """

    def __init__(self, file: IO[bytes], source: str, encoding: str = "", likely: str = "") -> None:
        self.guess, self.likely = "", likely
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
            self.guess = "" if encoding or _marked(block) else unmarked_utf16(block[:SAMPLE])
            encoding = _marked(block) or self.guess or encoding
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
                    encoding = self.guess = _fitting(block, self.likely) or _guessed(block)
                    decoder = codecs.getincrementaldecoder(encoding)()
                    continue
                ascii_only = ascii_only and text.isascii()
            if b"\0" in text:
                raise self._no_text(text, line)
            if text := text.replace(DOS_END, b""):
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
    if _is_text(encoding):
        return codecs.lookup(encoding).name
    names = {name.replace("_", "-") for pair in aliases.items() for name in pair if _is_text(name)}
    near = get_close_matches(encoding.lower().replace("_", "-"), sorted(names), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"such as utf-8 or {COMMONEST}"
    raise DataError(f"there is no encoding {encoding!r}", hint)


def _is_text(encoding: str) -> bool:
    """Whether there is such an encoding, of text: base64 and others are of bytes."""
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return True


def _marked(block: bytes) -> str:
    return next((name for mark, name in MARKS.items() if block.startswith(mark)), "")


def unmarked_utf16(sample: bytes) -> str:
    """UTF-16 that does not say so, "" for others: of mostly ASCII text every second byte is 0."""
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[offset::2], sample[1 - offset :: 2]
        mostly_zero = zeros.count(0) > 0.9 * len(zeros)
        if len(sample) > 3 and mostly_zero and not set(others) & set(CONTROL):
            return encoding
    return ""


def _fitting(block: bytes, encoding: str) -> str:
    """The encoding where a block reads in it, but for a character cut at its end; else "".

    In UTF-16 far too much can be read, and all that is in UTF-8 or has a mark is known before.
    """
    if not encoding or not _is_text(encoding) or encoding.startswith("utf"):
        return ""
    try:
        codecs.getincrementaldecoder(encoding)().decode(block)
    except UnicodeError:
        return ""
    return encoding


def _guessed(block: bytes) -> str:
    """What the lines that are not ASCII are likely to be encoded in.

    The guesser takes a few accents among ASCII for any of a dozen encodings, the first by name, or
    for Chinese: what reads well in the commonest of them is taken for that.
    """
    from charset_normalizer import from_bytes

    lines = [line for line in block.splitlines(keepends=True) if not line.isascii()]
    sample = b"".join(lines)[:SAMPLE]
    if _is_western(sample):
        return COMMONEST
    best = from_bytes(sample).best()
    return WINDOWS.get(best.encoding, best.encoding) if best else COMMONEST


def _is_western(sample: bytes) -> bool:
    """Whether letters stand mostly alone among ASCII, and signs where signs stand."""
    try:
        text = sample.decode(COMMONEST)
    except UnicodeDecodeError:
        return False
    runs = NOT_ASCII.findall(sample)
    alone = sum(len(run) == 1 or run in PAIRS for run in runs) >= ALONE * len(runs)
    odd = len(AS_LETTER.findall(text)) > ODD * len(runs)
    return alone and not odd and not OTHERS & set(text)


def _ends(text: bytes) -> int:
    """How many lines end in a text; NumPy counts ten times as fast as `bytes`."""
    signs = np.frombuffer(text, np.uint8)
    return int(np.count_nonzero(signs == ord("\n")) or np.count_nonzero(signs == ord("\r")))
