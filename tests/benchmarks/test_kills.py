"""A few of `benchmarks/kills.py`: a command that is killed leaves nothing that is half."""

import os

import kills
import pytest

pytestmark = [
    pytest.mark.slow,  # whole processes
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's"),
]


def first(name):
    """The number of the first kill of a kind."""
    return next(number for number, kind in enumerate(kills.DECK) if kind.name == name)


def test_some_kills(tmp_path):
    killer = kills.Killer(7, tmp_path)
    for name in ("train --save", "check-loss --save-recipe"):
        for number in (first(name), first(name) + 1):
            assert killer(number).trouble == ""


def test_what_is_wrong_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(kills, "contents", lambda path: path.stat().st_mtime_ns)
    one = kills.Killer(7, tmp_path)(first("check-loss --save-recipe"))
    assert "s.toml is not that of a run that was not killed" in one.trouble
