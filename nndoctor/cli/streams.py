"""stdout and stderr as a command finds them: closed, full, or with nobody left who reads."""

import io
import os
import select
import sys
from typing import Any, cast

from ..visible import visible

_STANDARD = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def say(text: str) -> None:
    """One line on stderr."""
    print(visible(text), file=sys.stderr)


class Streams:
    """Makes writing to the standard streams never fail, and remembers what became of stdout.

    Streams that were put in their place, by tests for one, are left alone.
    """

    def __init__(self) -> None:
        self._out: _Lasting | None = None
        _open_closed()
        if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, io.TextIOWrapper):
            self._out = _Lasting(sys.stdout)
            sys.stdout = self._out.text()
        if sys.stderr is sys.__stderr__ and isinstance(sys.stderr, io.TextIOWrapper):
            sys.stderr = _Lasting(sys.stderr).text()

    def trouble(self) -> str:
        """Why the result was not written; "" where it was, or where its reader had enough of it."""
        sys.stdout.flush()
        error = self._out.trouble if self._out is not None else None
        if error is None or isinstance(error, BrokenPipeError):
            return ""
        return error.strerror or str(error)


def _open_closed() -> None:
    """What is closed leads nowhere; else the next file to be opened would take its number."""
    for number, (name, mode) in enumerate(_STANDARD):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, errors="replace"))  # noqa: SIM115


class _Lasting(io.RawIOBase):
    """What a stream writes to, but it takes everything: after the first error for nothing."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        stream.flush()
        self.trouble: OSError | None = None
        self._stream = stream
        self._raw: Any = getattr(stream.buffer, "raw", stream.buffer)  # unbuffered under `-u`

    def text(self) -> io.TextIOWrapper:
        """The stream that writes here."""
        like = self._stream
        buffer = io.BufferedWriter(cast("io.RawIOBase", self))
        return io.TextIOWrapper(
            buffer,
            like.encoding,
            like.errors,
            line_buffering=like.line_buffering,
            write_through=like.write_through,
        )

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def write(self, data: Any) -> int:
        try:
            while self.trouble is None:
                count = self._raw.write(data)
                if count is not None:
                    return int(count)
                select.select([], [self._raw], [])  # its reader is slow, and has it non-blocking
        except OSError as error:
            self.trouble = error
        return len(data)
