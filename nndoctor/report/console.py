"""The consoles everything is printed on: colour, width, animation and glyphs decided once."""

import io
import os
import sys
from typing import Literal

from rich.console import Console

Color = Literal["auto", "always", "never"]

PIPED_WIDTH = 100

# One glyph for one, so that replacing them keeps every column where it is.
_ASCII: dict[int, str] = {
    ord(glyph): plain
    for glyphs, plain in (
        ("─━╌┄╴╶╸╺\u2010\u2013\u2014\u2212", "-"),
        ("│┃┆┊╎", "|"),
        ("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┡┩╇╈╪╞╡", "+"),
        ("•●∙", "o"),
        ("·…⋯", "."),
        ("\u2018\u2019\u2032", "'"),
        ("“”″", '"'),
        ("\u00d7", "x"),
        ("→≥", ">"),
        ("←≤", "<"),
        ("±≈", "~"),
        ("µμ", "u"),
        ("\u00a0\u202f", " "),
        ("".join(map(chr, range(0x2800, 0x2900))), "."),  # braille, the dots of curves
        *zip("▁▂▃▄▅▆▇█", ".:-=+*#@", strict=True),
    )
    for glyph in glyphs
}


def make_console(
    stream: Literal["stdout", "stderr"] = "stdout", color: Color = "auto", ascii: bool = False
) -> Console:
    """A console on a standard stream; `ascii` asks for plain glyphs whatever the encoding.

    A decision on the command line comes before FORCE_COLOR, which comes before NO_COLOR.
    """
    file = getattr(sys, stream) or io.StringIO()  # None where the caller has closed it
    if isinstance(file, io.TextIOWrapper):  # a glyph the encoding lacks must never end a report
        file.reconfigure(encoding="ascii" if ascii else None, errors="replace")
    terminal, dumb = file.isatty(), _dumb()
    colored = _colored(color, terminal) and not dumb
    animated = terminal and not dumb and os.environ.get("TTY_INTERACTIVE") != "0"
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() and int(columns) > 0 else None
    if width is None and (dumb or not terminal):
        width = PIPED_WIDTH
    console = Console(
        file=file,
        # rich leaves bold and dim on under NO_COLOR; without a colour system it writes no escapes
        color_system="auto" if colored else None,
        force_terminal=terminal or colored,
        force_interactive=animated,
        no_color=False,
        width=width,
        height=25 if dumb else None,  # rich ignores a width alone on a dumb terminal
        highlight=False,
        markup=False,
        emoji=False,
    )
    if console.legacy_windows:  # reports are written as one string, which it cannot colour
        console._color_system = None
    return console


def ascii_only(console: Console) -> bool:
    """Whether glyphs beyond ASCII are unsafe there."""
    return not console.encoding.startswith("utf") or _dumb()


def to_ascii(text: str) -> str:
    """The same text, of the same width, in ASCII."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def _dumb() -> bool:
    return os.environ.get("TERM", "").lower() in ("dumb", "unknown")


def _colored(color: Color, terminal: bool) -> bool:
    if color != "auto":
        return color == "always"
    forced = os.environ.get("FORCE_COLOR", "").lower()
    if forced:
        return forced not in ("0", "false", "no")
    if os.environ.get("NO_COLOR"):
        return False
    return terminal or os.environ.get("TTY_COMPATIBLE") == "1"
