"""What a trial may cost, on how many seeds it is tried, and which cure is prescribed."""

from dataclasses import replace

import pytest

from nndoctor.diagnosis import laboratory as laboratories
from nndoctor.diagnosis import prescription
from nndoctor.diagnosis.diagnosis import NamedCause
from nndoctor.diagnosis.laboratory import Budget, Laboratory, merged
from nndoctor.diagnosis.prescription import prescribe
from nndoctor.diagnosis.references import Reference
from nndoctor.diagnosis.search import search

from .fakes import BAD, GOOD, Planted, outcome, patient, suspected, told


def test_a_budget_refuses_what_is_too_dear_and_what_is_too_much():
    budget = Budget(300.0)
    assert budget.allows(1.0) == ""
    assert "it would cost" in budget.allows(budget.work)
    budget.spent = budget.work
    assert budget.allows(1.0) == "the budget was spent"
    assert "had passed" in replace(budget, started=budget.started - 301).allows(0.0)


def test_the_later_of_two_changes_wins():
    assert merged({"a": 1, "b": 2}, {"a": 3}) == {"b": 2, "a": 3}


@pytest.fixture
def trials(monkeypatch):
    """Trains nothing: a change reaches `scores` on the seeds; returns the seeds that were asked."""
    asked: list[list[int]] = []
    scores: dict[int, float] = {}

    def train_all(patient, edits, seeds, jobs=1, **more):
        asked.append(list(seeds))
        return [outcome(scores[seed]) for seed in seeds]

    monkeypatch.setattr(laboratories, "train_all", train_all)
    monkeypatch.setattr(laboratories, "work", lambda setup, updates=None: 1.0)
    monkeypatch.setattr(laboratories.Patient, "setup", lambda *_: None)
    return asked, scores


def make_laboratory(before: list[float], limit: float = 1e6) -> Laboratory:
    return Laboratory(
        patient=patient(), seeds=range(len(before)), plain=[outcome(one) for one in before],
        reference=[GOOD] * len(before), standard="", sound={}, sound_scores=(), held=True,
        budget=Budget(limit),
    )  # fmt: skip


def test_what_brings_nothing_is_tried_on_the_worst_seeds_only(trials):
    asked, scores = trials
    scores.update(dict.fromkeys(range(5), BAD))
    test = make_laboratory([BAD, 0.8, BAD, 0.8, BAD]).test(["a"], {"a": 1})
    assert asked == [[0, 2, 4]]
    assert not test.cured


def test_what_helps_is_tried_on_every_seed_before_it_counts_as_a_cure(trials):
    asked, scores = trials
    scores.update(dict.fromkeys(range(5), GOOD))
    laboratory = make_laboratory([BAD] * 5)
    test = laboratory.test(["a"], {"a": 1})
    assert sorted(seed for seeds in asked for seed in seeds) == list(range(5))
    assert test.cured
    assert laboratory.test(["a"], {"a": 1}) is test
    assert laboratory.budget.runs == 5


def test_a_change_that_helps_the_worst_seeds_and_harms_the_others_does_not_cure(trials):
    _, scores = trials
    scores.update({0: GOOD, 1: GOOD, 2: GOOD, 3: BAD, 4: BAD})
    assert not make_laboratory([BAD, BAD, BAD, 0.2, 0.2]).test(["a"], {"a": 1}).cured


def test_what_the_budget_forbids_is_told_with_the_reason(trials):
    asked, _ = trials
    laboratory = make_laboratory([BAD] * 3, limit=1.0)
    assert laboratory.test(["a"], {"a": 1}) is None
    assert "it would cost" in laboratory.refused["a"]
    assert asked == []


@pytest.fixture
def fresh(monkeypatch):
    """On fresh seeds a change reaches what this table says, else nothing."""
    holds: dict[frozenset[str], float] = {}

    def train_all(patient, edits, seeds, jobs=1, **more):
        return [outcome(holds.get(frozenset(edits), BAD)) for _ in seeds]

    def references(patient, seeds, jobs=1, only=""):
        scores = (GOOD,) * len(seeds)
        return [Reference(only, scores, scores)]

    monkeypatch.setattr(prescription, "train_all", train_all)
    monkeypatch.setattr(prescription, "references", references)
    monkeypatch.setattr(prescription, "work", lambda *_: 0.0)
    monkeypatch.setattr(Planted, "note", lambda *_: None)
    monkeypatch.setattr(laboratories.Patient, "setup", lambda *_: None)
    return holds


def prescribed(laboratory: Planted, named: tuple[str, ...]):
    found = search(laboratory, suspected(named))
    causes = tuple(NamedCause(cause, True, "experiment") for cause in found.members)
    return prescribe(laboratory, found, replace(told(), causes=causes))


def test_one_change_that_cures_is_prescribed_alone(fresh):
    cures = {"too_deep"}, {"init_constant"}
    fresh.update({frozenset(one): GOOD for one in (*cures, {"too_deep", "init_constant"})})
    answer = prescribed(Planted(*cures), ("too_deep", "init_constant"))
    assert len(answer.prescription) == 1
    assert answer.before.score == pytest.approx(BAD)
    assert answer.after.score == pytest.approx(GOOD)
    assert not answer.replaced


def test_what_does_not_hold_on_fresh_seeds_gives_way_to_more(fresh):
    fresh[frozenset({"too_deep", "init_constant"})] = GOOD
    answer = prescribed(Planted({"too_deep"}, {"init_constant"}), ("too_deep", "init_constant"))
    assert set(answer.prescription) == {"too_deep", "init_constant"}


def test_a_sound_set_up_replaces_what_no_change_cures(fresh):
    fresh[frozenset({"sound"})] = GOOD
    answer = prescribed(Planted({"too_deep"}), ("too_deep",))
    assert answer.replaced
    assert answer.prescription == {"sound": True}


def test_where_nothing_holds_nothing_is_prescribed(fresh):
    answer = prescribed(Planted(), ("too_deep",))
    assert answer.prescription == {}
    assert answer.after is None
    assert answer.before is not None
