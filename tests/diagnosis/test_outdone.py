"""A network that stays far behind a simple model, as its reference does."""

from dataclasses import replace

import pytest

from nndoctor.diagnosis.budget import Budget
from nndoctor.diagnosis.examination import examine
from nndoctor.diagnosis.laboratory import Laboratory
from nndoctor.diagnosis.treatment import Treatment
from nndoctor.diagnosis.trials import Op
from nndoctor.findings import Verdict

from .fakes import MENDS, Fake


class Memorising(Fake):
    """It learns its training rows by heart."""

    def run(self, seed, part, looks=(), inside=False):
        return replace(super().run(seed, part, looks, inside), train_curve=(1.0,))


def examined(subject: Fake):
    return examine(subject, (), 0, Budget(60.0), True)


@pytest.mark.parametrize("high", [0.02, 0.3, 0.6])
def test_what_a_line_learns_and_no_network_of_these_layers_does_is_a_fault_of_the_network(high):
    told = examined(Fake(high=high, low=high))
    assert told.verdict is Verdict.SICK
    assert "where a linear model reaches 1.00" in told.sentence
    assert (
        f"a reference network does not come near that either (0.{round(100 * high):02d})"
        in told.sentence
    )
    assert (told.causes, told.prescription_status) == ((), "")


@pytest.mark.parametrize("sound", [Fake(high=0.85, low=0.1), Memorising(high=0.4, low=0.1)])
def test_a_simple_model_that_is_little_ahead_or_holds_better_on_new_rows_makes_none_sick(sound):
    assert examined(sound).verdict is Verdict.HEALTHY


def test_what_reaches_its_reference_and_not_the_simple_model_is_no_cure():
    told = examined(Fake(frozenset({"inputs"}), high=0.5, low=0.1))
    assert told.verdict is Verdict.SICK
    assert "a reference network reaches 0.50" in told.sentence
    assert told.prescription == {"inputs.mended": True}
    assert told.prescription_status == "improves"


@pytest.mark.parametrize(("high", "cured"), [(0.5, False), (0.95, True)])
def test_nor_is_it_one_where_it_is_tried_by_hand(high, cured):
    subject = Fake(frozenset({"inputs"}), high=high, low=0.1)
    op = Op("input_not_normalised", MENDS["inputs"])
    done = Treatment(subject, [op], Laboratory(0, Budget(60.0)), True)
    done()
    assert done.helps
    assert done.confirmed.cured is cured
