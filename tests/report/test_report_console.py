import sys

import pytest
from report_samples import ALL_STATUSES

from nndoctor.report.console import ascii_only, make_console


@pytest.mark.parametrize(
    ("variables", "terminal", "color", "escapes"),
    [
        ({}, True, "auto", True),
        ({}, False, "auto", False),
        ({}, False, "always", True),
        ({}, True, "never", False),
        ({"NO_COLOR": "1"}, True, "auto", False),
        ({"NO_COLOR": ""}, True, "auto", True),
        ({"NO_COLOR": "1"}, True, "always", True),
        ({"FORCE_COLOR": "1"}, False, "auto", True),
        ({"FORCE_COLOR": "0"}, True, "auto", False),
        ({"FORCE_COLOR": "false"}, True, "auto", False),
        ({"FORCE_COLOR": "no"}, False, "auto", False),
        ({"TERM": "dumb"}, True, "auto", False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, "auto", False),
        ({"TTY_COMPATIBLE": "1", "CI": "true"}, False, "auto", True),
    ],
)
def test_color(shown, monkeypatch, variables, terminal, color, escapes):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    text = shown(ALL_STATUSES, terminal=terminal, color=color, width=100)
    assert ("\x1b" in text) is escapes


@pytest.mark.parametrize(
    ("variables", "terminal", "animated"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"FORCE_COLOR": "1", "CI": "true"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"TTY_INTERACTIVE": "0"}, True, False),
    ],
)
def test_animation(console_on, monkeypatch, variables, terminal, animated):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert console_on(terminal=terminal).is_interactive is animated


def test_width(console_on, monkeypatch):
    assert console_on().width == 100
    assert console_on(width=60).width == 60
    monkeypatch.setenv("TERM", "dumb")
    assert console_on(width=60, terminal=True).width == 60
    monkeypatch.setenv("COLUMNS", "many")
    assert console_on().width == 100


def test_glyphs(console_on, monkeypatch):
    assert not ascii_only(console_on())
    assert ascii_only(console_on(encoding="cp1252"))
    assert ascii_only(console_on(ascii=True))
    monkeypatch.setenv("TERM", "dumb")
    assert ascii_only(console_on())


def test_a_glyph_the_encoding_lacks_does_not_end_the_program(console_on):
    console = console_on(encoding="ascii")
    console.print("é")
    assert console.file.text() == "?\n"


def test_stderr():
    assert make_console("stderr").file is sys.stderr
