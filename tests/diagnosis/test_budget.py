"""What a time budget buys: a look before a search, and a search before a confirmation."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from nndoctor.diagnosis.budget import Budget
from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.diagnosis.examination import examine
from nndoctor.diagnosis.subject import Part, Refused
from nndoctor.findings import Finding, Status, Verdict

from .fakes import Fake

SECONDS, LOOK = 20.0, 10.0  # 10 nominal seconds of work, of which 6.5 may go into the search
SICK = frozenset({"optimizer"})


@dataclass(frozen=True)
class Indivisible(Fake):
    """Too few rows to leave any out."""

    def thinner(self, share):
        return Refused("too few rows would be left")


@dataclass(frozen=True)
class Faint(Fake):
    """Inputs from which simple models learn nothing."""

    def rows(self, seed, part):
        random, known = np.random.default_rng(seed), super().rows(seed, part)
        return replace(known, y=random.permutation(known.y))


def examined(subject: Fake, *findings: Finding) -> Diagnosis:
    return examine(subject, findings, 0, Budget(SECONDS), held=True)


def seeds_of(subject: Fake) -> set[int]:
    return {seed for _, part, seed in subject.log if part is Part.SEARCH}


def test_a_look_that_would_leave_nothing_for_a_search_is_taken_at_fewer_rows():
    hint = Finding("ND507", "", Status.ERROR, "slow", suggests=("learning_rate_too_low",))
    told = examined(Fake(SICK, price=0.8), hint)
    assert "of the rows and shorter runs" in told.sentence
    assert "3 of 3 seeds stay below half of that" in told.sentence
    assert told.verdict is Verdict.UNDECIDED
    assert [one.cause for one in told.causes] == ["learning_rate_too_low"]
    assert not any(one.confirmed for one in told.causes)


def test_where_no_row_can_be_left_out_the_look_takes_what_was_kept_for_confirmation():
    told = examined(Indivisible(SICK, price=0.8))
    assert told.verdict is Verdict.SICK
    assert told.trained.score == pytest.approx(0.1, abs=0.05)
    assert told.budget["work"] <= LOOK


def test_what_not_even_a_look_is_left_for_is_said():
    subject = Indivisible(SICK, price=2.0)
    assert "does not allow a single comparison" in examined(subject).sentence
    assert subject.log == []


@pytest.mark.parametrize(("price", "seeds"), [(0.15, 10), (0.3, 5), (0.6, 3)])
def test_where_it_is_close_whether_anything_is_learned_it_takes_as_many_seeds_as_can_be_had(
    price, seeds
):
    close = Faint(high=0.3, price=price)
    assert examined(close).budget["work"] <= LOOK
    assert len(seeds_of(close)) == seeds
