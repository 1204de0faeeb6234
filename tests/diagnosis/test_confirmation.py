"""What a confirmation claims: nothing that the cure can do without."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from nndoctor.comparison import Difference, arm
from nndoctor.diagnosis import interventions as kinds
from nndoctor.diagnosis.budget import NOMINAL, Budget
from nndoctor.diagnosis.confirmed import Confirmed
from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.diagnosis.examination import examine
from nndoctor.diagnosis.references import Reference
from nndoctor.diagnosis.subject import Refused
from nndoctor.diagnosis.trials import Op, Trial
from nndoctor.findings import Finding, Status, Verdict

from .fakes import Fake

SURE = Difference(0.5, 0.01, 9.0)
REFERENCE = Reference("a network", arm([0.9], [np.array([0.9])]), network=True)


def cured_by(*ops: Op) -> Confirmed:
    cure = Trial(ops, Fake(frozenset()), (), SURE, 0.5, whole=True, passes=True)
    return Confirmed(3, 0.05, (), REFERENCE, SURE, cure=cure, cured=True)


def test_a_cure_spares_what_sits_in_components_that_it_leaves_alone():
    rate = cured_by(Op("learning_rate_too_low"))
    assert rate.spares("capacity_too_small")
    assert not rate.spares("learning_rate_too_high")
    assert not cured_by(Op(component="size")).spares("capacity_too_small")


def test_what_does_not_reach_the_reference_spares_nothing():
    rate = cured_by(Op("learning_rate_too_low"))
    assert not replace(rate, cured=False).spares("capacity_too_small")
    assert not replace(rate, cure=None).spares("capacity_too_small")


def test_it_is_decided_by_the_margin_that_the_verdict_goes_by():
    near = replace(cured_by(Op("learning_rate_too_low")), gap=Difference(0.25, 0.03, 9.0))
    assert near.decided
    assert not replace(near, margin=0.245).decided
    assert replace(near, margin=0.1).decided
    assert replace(near, margin=0.4).decided


def test_a_gap_near_the_margin_of_rows_that_were_trained_on_is_looked_at_on_more_seeds():
    near = Fake(frozenset({"optimizer"}), low=0.7)
    held, trained_on = (examine(near, (), 0, Budget(20.0), held=held) for held in (True, False))
    assert held.seeds == 3
    assert trained_on.seeds > 3
    assert "by more than 0.05 of the score;" in held.rule
    assert "by more than 25% of its score (at least 0.05), as" in trained_on.rule


class Incurable(Fake):
    """Nothing changes it: no cure speaks for a loss, its scores alone do."""

    def apply(self, intervention):
        return Refused("it is not like that")

    def swap(self, component, donor):
        return Refused("they are the same")


@pytest.mark.parametrize("seconds", [0.3, 0.5, 0.7, 10.0])
def test_a_loss_that_the_budget_left_open_is_never_healthy(seconds):
    sick = Incurable(faults=frozenset({"penalties"}), low=0.75, noise=0.1, price=0.01)
    told = examine(sick, (), 0, Budget(seconds), held=True)
    assert told.verdict is (Verdict.SICK if seconds > 1 else Verdict.UNDECIDED)
    assert told.finished == (seconds > 1)
    chance = "it takes more seeds to decide whether that is chance"
    assert (chance in told.sentence) == (seconds < 1)


@dataclass(frozen=True)
class TwoWays(Fake):
    """Its rate is too low, which nothing else mends; less of a penalty makes up for a part.

    `made_up`: the score with that; `ways`: what was changed.
    """

    made_up: float = 0.91
    ways: tuple[str, ...] = ()
    key = property(lambda self: f"{sorted(self.faults)} {self.shift} {self.ways} {self.made_up}")
    change = property(lambda self: dict.fromkeys(self.ways, True))

    def run(self, seed, part, looks=(), inside=False):
        run = super().run(seed, part, looks, inside)
        if self.faults and "penalty" in self.ways:
            score = self.made_up + run.score - self.low
            run = replace(run, held_curve=(score,), left_out=np.full(20, score))
        return run

    def apply(self, intervention):
        if self.faults and intervention == kinds.DropPenalty():
            return replace(self, ways=("penalty",), shift=self.shift + 10)
        if self.faults and intervention == kinds.ScaleRate(10.0):
            return replace(self, faults=frozenset(), ways=("rate",))
        return Refused("it is not like that")

    def swap(self, component, donor):
        return Refused("they are the same")


def with_penalty_suspected(seconds: float = 20.0, **more) -> Diagnosis:
    """The penalty is tried first and named first, as more speaks for it."""
    strong = Finding("ND217", "", Status.ERROR, "it is strong", suggests=("over_regularised",))
    subject = TwoWays(frozenset({"optimizer"}), **more)
    return examine(subject, (strong,), 0, Budget(seconds), held=True)


def test_of_two_cures_that_which_is_shown_to_bring_more_is_named_first_and_prescribed():
    told = with_penalty_suspected(noise=0.001)
    assert told.prescription == {"rate": True}
    assert [one.cause for one in told.causes] == ["learning_rate_too_low", "over_regularised"]
    assert all(one.confirmed for one in told.causes)
    assert told.after.score > 0.94
    assert told.alternatives == ()


@pytest.mark.parametrize(("made_up", "noise"), [(0.945, 0.003), (0.925, 0.01)])
def test_a_cure_that_brings_no_more_for_sure_does_not_replace_the_likelier(made_up, noise):
    told = with_penalty_suspected(made_up=made_up, noise=noise)
    assert told.causes[0].cause == "over_regularised"
    assert told.prescription == {"penalty": True}


def test_what_both_cures_cost_to_compare_stays_within_the_budget():
    for seconds in (2.0, 4.0, 8.0):
        told = with_penalty_suspected(seconds, noise=0.003, price=0.05)
        assert told.budget["work"] <= NOMINAL * seconds * 1.01
