"""What could be better in a healthy network: each change with what it was shown to bring itself."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.comparison import Difference
from nndoctor.diagnosis.budget import Budget
from nndoctor.diagnosis.confirmed import Claim, Confirmed
from nndoctor.diagnosis.context import Context
from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.diagnosis.evidence import Evidence, Kind, Row
from nndoctor.diagnosis.examination import examine
from nndoctor.diagnosis.laboratory import arm_of
from nndoctor.diagnosis.naming import Known
from nndoctor.diagnosis.references import Reference
from nndoctor.diagnosis.subject import Part
from nndoctor.diagnosis.wording import with_prescription
from nndoctor.findings import Verdict

from .fakes import Fake

INPUTS, PENALTY = "input_not_normalised", "over_regularised"
COSTS = {"inputs": 0.026, "penalties": 0.022}


class Unequal(Fake):
    """Each of its faults takes a little, and not the same."""

    def run(self, seed, part, looks=(), inside=False):
        self.log.append((self.key, part, seed))
        high = self.high - sum(COSTS[name] for name in self.faults)
        return Fake.run(replace(self, faults=frozenset(), high=high), seed, part, looks, inside)


def test_each_of_two_improvements_is_told_with_its_own_gain():
    told = examine(Unequal(frozenset(COSTS), noise=1e-5), (), 0, Budget(60.0), True)
    assert told.verdict is Verdict.HEALTHY
    gains = {name: one.gain.mean for one in told.improvements for name in one.change}
    assert gains == {
        f"{name}.mended": pytest.approx(cost, abs=5e-4) for name, cost in COSTS.items()
    }
    assert [one.cause for one in told.improvements] == [INPUTS, PENALTY]


@pytest.mark.parametrize("context", [Context.WITH_OTHERS, Context.SOUND, Context.INSTEAD])
def test_what_a_change_brought_elsewhere_is_not_told_as_its_gain(context):
    small, large = Difference(0.03, 0.001, 9.0), Difference(0.49, 0.001, 9.0)
    given = Fake(frozenset({"inputs", "penalties"}))
    alone = Claim(INPUTS, given, replace(given, healed=("inputs",)), Context.ALONE)
    elsewhere = replace(alone, context=context, after=replace(given, healed=("inputs", "weights")))
    other = replace(alone, cause=PENALTY, after=replace(given, healed=("penalties",)))
    told = improvements((elsewhere, other, alone), (large, replace(small, mean=0.04), small))
    assert told == {"penalties": 0.04, "inputs": 0.03}


def improvements(claims: tuple[Claim, ...], gains: tuple[Difference, ...]) -> dict[str, float]:
    """What is said of a healthy network of which so much was confirmed, by what was mended."""
    given = claims[0].before
    runs = tuple(given.run(seed, Part.CONFIRMATION) for seed in range(10))
    bar = Reference("a reference network", arm_of(runs), True)
    evidence = Evidence()
    for claim, gain in zip(claims, gains, strict=True):
        evidence.add(Row(claim.cause, Kind.CONFIRMATION, gain=gain, context=claim.context))
    gap = Difference(0.0, 0.001, 9.0)
    confirmed = Confirmed(10, 0.025, runs, bar, gap, claims, gains)
    known = Known(given, given, evidence, confirmed=confirmed)
    told = with_prescription(Diagnosis(Verdict.HEALTHY, ""), known, Verdict.HEALTHY)
    healed = [
        " and ".join(key.removesuffix(".mended") for key in e.change) for e in told.improvements
    ]
    return dict(zip(healed, np.round([one.gain.mean for one in told.improvements], 3), strict=True))
