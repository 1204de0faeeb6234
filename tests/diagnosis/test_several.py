"""Several faults at once, some in one component, some hidden by what makes up for them."""

from dataclasses import dataclass, replace

import pytest

from nndoctor.diagnosis import interventions as kinds
from nndoctor.diagnosis.budget import Budget
from nndoctor.diagnosis.examination import examine
from nndoctor.diagnosis.subject import Refused
from nndoctor.findings import Finding, Status, Verdict

from .fakes import Fake


@dataclass(frozen=True)
class Slow(Fake):
    """Its rate is a tenth of what it should be, and what else slows it is clipped away.

    `clipped`: only ten thousand times the rate makes up for it.
    """

    clipped: bool = False
    factor: float = 1.0

    key = property(lambda self: f"{Fake.key.fget(self)} {self.optimizer}")
    optimizer = property(lambda self: (self.clipped, self.factor))

    @property
    def change(self):
        rate = {"rate": self.factor} if self.factor != 1 else {}
        return Fake.change.fget(self) | rate

    def run(self, seed, part, looks=(), inside=False):
        enough = self.factor >= 1e4 if self.clipped else 3 <= self.factor <= 100
        made = self if enough else replace(self, faults=self.faults | {"optimizer"})
        return Fake.run(made, seed, part, looks, inside)

    def apply(self, intervention):
        match intervention:
            case kinds.DropClipping() if self.clipped:
                return replace(self, clipped=False, healed=(*self.healed, "clip"))
            case kinds.ScaleRate(factor):
                return replace(self, factor=self.factor * factor)
            case kinds.ReplaceOptimizer() if self.optimizer != (False, 10.0):
                return replace(self, clipped=False, factor=10.0)
        return Fake.apply(self, intervention)

    def swap(self, component, donor):
        if component == "optimizer" and self.optimizer != donor.optimizer:
            return replace(self, clipped=donor.clipped, factor=donor.factor)
        return Fake.swap(self, component, donor)

    def sound(self, rate, updates):
        return replace(Fake.sound(self, rate, updates), clipped=False, factor=10.0)


class Harmless(Fake):
    """Only its inputs and first weights make it sick, whatever else is out of the ordinary."""

    def run(self, seed, part, looks=(), inside=False):
        self.log.append((self.key, part, seed))
        made = replace(self, faults=self.faults & {"inputs", "weights"}, log=[])
        return Fake.run(made, seed, part, looks, inside)


def examined(subject, findings=()):
    told = examine(subject, findings, 0, Budget(60.0), True)
    return told, {one.cause for one in told.causes if one.confirmed}


def test_two_faults_in_one_component_are_both_named_and_no_rate_makes_up_for_the_other():
    told, confirmed = examined(Slow(frozenset({"inputs"}), clipped=True))
    assert told.prescription_status == "confirmed"
    assert set(told.prescription) == {"inputs.mended", "clip.mended", "rate"}
    assert 3 <= told.prescription["rate"] <= 100
    assert {"input_not_normalised", "gradient_clipping_too_tight"} < confirmed
    assert "learning_rate_too_low" in confirmed


def test_what_does_as_much_in_the_place_of_a_change_is_named_and_not_prescribed_besides():
    told, confirmed = examined(Slow(frozenset({"inputs", "weights"})))
    assert told.prescription_status == "confirmed"
    assert set(told.prescription) == {"inputs.mended", "weights.mended", "rate"}
    assert {"learning_rate_too_low", "wrong_optimizer"} < confirmed
    assert "learning_rate_too_high" not in confirmed


@pytest.mark.parametrize("harmless", ["schedule", "penalties", "activation"])
def test_what_is_out_of_the_ordinary_and_does_not_spoil_is_neither_named_nor_prescribed(harmless):
    told, confirmed = examined(Harmless(frozenset({"inputs", "weights", harmless})))
    assert told.verdict is Verdict.SICK
    assert set(told.prescription) == {"inputs.mended", "weights.mended"}
    assert confirmed == {"input_not_normalised", "init_too_small"}


class Born(Fake):
    """Its first weights spoil it; no cause of weights repairs them, but one that a layer shows."""

    def apply(self, intervention):
        if isinstance(intervention, kinds.Reinitialise):
            return Refused("no first weights are stated")
        if isinstance(intervention, kinds.ResetBiases) and "weights" in self.faults:
            return self._without("weights")
        return Fake.apply(self, intervention)


def test_units_that_are_born_dead_are_named_beside_others():
    dead = Finding("ND302", "", Status.ERROR, "all units are dead", suggests=("dead_relu",))
    told, confirmed = examined(Born(frozenset({"inputs", "weights"})), (dead,))
    assert set(told.prescription) == {"inputs.mended", "weights.mended"}
    assert confirmed == {"input_not_normalised", "dead_relu"}


def test_where_not_all_claims_can_be_paid_those_of_the_cure_come_first():
    subject = Slow(frozenset({"inputs", "weights"}), price=0.38)
    told = examine(subject, (), 0, Budget(60.0, reserved=0.1), True)
    assert told.prescription_status == "confirmed"
    assert {one.cause for one in told.causes if one.confirmed} == {
        "input_not_normalised",
        "init_too_small",
        "learning_rate_too_low",
    }
