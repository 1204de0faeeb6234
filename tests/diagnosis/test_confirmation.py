"""What a confirmation claims: nothing that the cure can do without."""

from dataclasses import replace

import numpy as np

from nndoctor.comparison import Difference, arm
from nndoctor.diagnosis.confirmation import Confirmed
from nndoctor.diagnosis.references import Reference
from nndoctor.diagnosis.trials import Op, Trial

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
