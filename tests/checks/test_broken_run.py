"""ND607: a run that broke is told with update and layer."""

import numpy as np
import pytest

import nndoctor
from nndoctor.checks.layers.broken_run import BrokenRun
from nndoctor.findings import Status
from nndoctor.trace import FirstBad, Trace

LECTURE = "recipes/digits.toml"


def trace(*loss, bad=None):
    return Trace(np.array(loss, np.float64), np.ones(len(loss)), bad)


def test_a_finite_run_is_ok():
    assert BrokenRun().judge(trace(2.0, 1.0)).status is Status.OK


@pytest.mark.parametrize("last", [np.nan, np.inf, 1.0])
def test_a_broken_run_is_told_with_update_and_layer(last):
    found = BrokenRun().judge(trace(2.0, last, bad=FirstBad(1, "layer 2")))
    assert found.status is Status.ERROR
    assert (found.where.step, found.where.layer) == (1, "layer 2")
    assert "update 1" in found.message


def test_a_run_that_was_broken_off_for_its_loss_is_an_error():
    found = BrokenRun().judge(trace(2.0, 1.0), 7.25)
    assert (found.status, found.measured) == (Status.ERROR, 7.25)
    assert "7.25 times the first in 2 updates" in found.message


@pytest.mark.parametrize(("rate", "status"), [("1e30", Status.ERROR), ("1e-3", Status.OK)])
def test_real_runs(pytestconfig, rate, status):
    recipe = pytestconfig.rootpath / LECTURE
    changes = ["optimizer.name=sgd", f"optimizer.learning_rate={rate}"]
    report = nndoctor.activations_report(nndoctor.load_setup(recipe, set=changes), after=20)
    (found,) = (finding for finding in report.findings if finding.code == "ND607")
    assert found.status is status
