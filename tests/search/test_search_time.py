"""The time budget of a search holds for its confirmation, too."""

from types import SimpleNamespace

from nndoctor.searching import search
from nndoctor.searching.trial import Outcome, Trial
from nndoctor.watch import Watch


def trial(seconds, epochs, outcome=Outcome.COMPLETE):
    scores = ((epochs, 0.5),) if epochs else ()
    return Trial(1, 0, {}, {}, 10, outcome, scores, seconds=seconds)


def test_what_the_confirmation_will_take_is_kept_from_the_search(monkeypatch):
    now = 0.0
    monkeypatch.setattr(search, "time", SimpleNamespace(monotonic=lambda: now))
    until = search.Until(Watch(), 100.0, runs=20, epochs=10, jobs=2)
    now = 99.0
    assert not until.cancelled()  # nothing is known of it
    until.ended(trial(2.0, 10))  # 20 runs of 10 epochs at 0.2 s, two at a time
    assert until.cancelled()
    now = 79.0
    assert not until.cancelled()
    now = 81.0
    assert until.cancelled()


def test_no_more_than_half_of_it_and_nothing_where_all_broke(monkeypatch):
    now = 49.0
    monkeypatch.setattr(search, "time", SimpleNamespace(monotonic=lambda: now - 49.0))
    until = search.Until(Watch(), 100.0, runs=20, epochs=10, jobs=1)
    until.ended(trial(5.0, 0, Outcome.BROKEN))
    assert until.reserved == 0.0
    until.ended(trial(50.0, 1))
    assert until.reserved == 50.0
    assert not until.cancelled()
    now = 99.5
    assert until.cancelled()
