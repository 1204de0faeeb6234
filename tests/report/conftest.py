import io
import sys
from collections.abc import Callable

import pytest
from rich.console import Console

from nndoctor.report.console import make_console
from nndoctor.report.formats import render

VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "LINES", "CI", "COLORTERM")


class Stream(io.TextIOWrapper):
    """A standard stream that remembers what was written and says what it is told to be."""

    def __init__(self, encoding: str = "utf-8", terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in (*VARIABLES, "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def console_on(monkeypatch) -> Callable[..., Console]:
    """Makes a console on a replaced stdout of some encoding."""

    def make(encoding="utf-8", terminal=False, width=None, **options) -> Console:
        if width:
            monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setattr(sys, "stdout", Stream(encoding, terminal))
        return make_console("stdout", **options)

    return make


@pytest.fixture
def shown(console_on) -> Callable[..., str]:
    """What a report looks like on such a console."""

    def show(report, format="text", verbosity=0, **options) -> str:
        console = console_on(**options)
        render(report, format, console, verbosity)
        return console.file.text()

    return show
