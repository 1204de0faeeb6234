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


@pytest.fixture(scope="module")
def killer(tmp_path_factory):
    return kills.Killer(7, tmp_path_factory.mktemp("kills"))


def test_a_killed_training(killer):
    assert killer(first("train --save")).trouble == ""


def test_what_is_wrong_after_a_kill_is_found(monkeypatch, killer):
    number = first("check-loss --save-recipe")
    assert killer(number).trouble == ""
    monkeypatch.setattr(kills, "contents", lambda path: path.stat().st_mtime_ns)
    one = killer(number + 1)
    assert "s.toml is not that of a run that was not killed" in one.trouble
