"""What is said of scores: only what was seen on the same rows."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor.comparison import arm
from nndoctor.diagnosis.budget import Budget
from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.diagnosis.evidence import Evidence
from nndoctor.diagnosis.laboratory import Laboratory
from nndoctor.diagnosis.look import Look
from nndoctor.diagnosis.naming import Known
from nndoctor.diagnosis.references import BOOSTED, LINEAR, Reference
from nndoctor.diagnosis.subject import Part
from nndoctor.diagnosis.telling import notes, rest
from nndoctor.diagnosis.wording import with_scores
from nndoctor.findings import Finding, Status, Verdict

from .fakes import Fake


def said_of(own, trees, linear, learnable=True):
    """The simple model that is said to do better, by three seeds; trees have the first."""
    subject = Fake()
    run = subject.run(0, Part.SEARCH)
    runs = [replace(run, held_curve=(score,)) for score in own]

    def seen(name, scores, network=False):
        return Reference(name, arm(scores, np.zeros((len(scores), 20))), network)

    found = [seen("a reference network", own, True), seen(BOOSTED, trees), seen(LINEAR, linear)]
    laboratory = Laboratory(0, Budget(10.0))
    told = Diagnosis(Verdict.HEALTHY, "")
    known = Known(subject, subject, Evidence({})) if learnable else None
    return with_scores(told, Look(subject, found, runs, True), laboratory, known).simple


@pytest.mark.parametrize("first", [0.8, 0.9])
def test_trees_that_saw_one_split_are_compared_with_the_network_on_that_split(first):
    """It is an easy one: the network does as well there, and worse on the two others."""
    said = said_of([first, 0.4, 0.4], [first + 0.01], [0.4, 0.3, 0.3])
    assert said is None


def test_the_model_that_leads_on_the_same_rows_is_named_not_that_of_the_easiest_rows():
    said = said_of([0.8, 0.4, 0.4], [0.81], [0.9, 0.6, 0.6])
    assert said.name == LINEAR
    assert said_of([0.5, 0.4, 0.4], [0.81], [0.5, 0.4, 0.4]).name == BOOSTED


def test_where_no_reference_beats_chance_none_is_said_to_reach_anything():
    scores = [0.0, 0.0, 0.0], [0.1], [0.15, 0.12, 0.15]
    assert said_of(*scores).name == LINEAR
    assert said_of(*scores, learnable=False) is None


def test_of_remarks_as_bad_as_each_other_those_of_a_training_come_first():
    codes = ["ND801", "ND117", "ND702", "ND213", "ND504"]
    found = [Finding(code, "", Status.NOTE, "") for code in codes]
    found += [Finding("ND124", "", Status.NOTE, "", advice="--group patient")]
    found += [Finding("ND219", "", Status.WARNING, ""), Finding("ND103", "", Status.OK, "")]
    told = Diagnosis(Verdict.SICK, "", findings=tuple(found))
    order = ["ND219", "ND504", "ND702", "ND124", "ND117", "ND213", "ND801"]
    assert [one.code for one in notes(told)] == order
    well = ["ND219", "ND702", "ND124", "ND117", "ND213", "ND801", "ND504"]
    assert [one.code for one in notes(replace(told, verdict=Verdict.HEALTHY))] == well


def test_a_remark_made_before_and_after_training_is_listed_once():
    found = tuple(Finding("ND303", "collapsed", Status.NOTE, "") for _ in range(2))
    told = Diagnosis(Verdict.SICK, "", findings=found)
    assert list(rest(told, 2)) == [("also noted", "ND303 collapsed")]
