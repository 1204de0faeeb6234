"""A recipe's twin in PyTorch computes and trains as the engine does, and doors are compared."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from cases import Case, load_case
from doors import CORPUS, ENGINE, TORCH, UNSAID, Pair, Side, examine_all, measures
from twin_modules import Unsayable, takes_logarithms
from twins import twin

from nndoctor import api
from nndoctor.trainable import Plan

SAID = {
    "so-50306988": "softmax and cross-entropy",
    "so-51930566": "cross-entropy of sigmoid outputs",
    "so-53831840": "batch norm of the inputs",
    "so-45002504": "a squared penalty, batches that leave rows over",
    "mpg-sum-loss": "a loss that adds up",
    "gh-kerasma": "outputs of 0 and 1",
}


@pytest.mark.parametrize("case", SAID)
def test_a_twin_computes_and_trains_as_the_engine(case):
    setup = api.load_setup(load_case(CORPUS / case).recipe)
    other = twin(setup)
    assert len(other.train) == len(setup.train)
    assert len(other.validation) == len(setup.validation)
    assert other.total_updates == setup.total_updates
    # the orders in which rows are drawn are each door's own
    ours = replace(setup.trainable, shuffle=False).fresh(3)
    theirs = replace(other.trainable, shuffle=False).fresh(3)
    loss, outputs = ours.evaluate(setup.train)
    other_loss, other_outputs = theirs.evaluate(other.train)
    if takes_logarithms(setup.trainable):
        other_outputs = np.exp(other_outputs)
    np.testing.assert_allclose(other_outputs, outputs, rtol=1e-5, atol=1e-6)
    assert other_loss == pytest.approx(loss, rel=1e-5)
    updates = Plan(setup.epoch_updates + 3)
    course = ours.train(setup.train, updates).loss
    np.testing.assert_allclose(theirs.train(other.train, updates).loss, course, rtol=1e-4)


def test_what_pytorch_refuses_has_no_twin():
    setup = api.load_setup(load_case(CORPUS / "dsse-38604").recipe)
    with pytest.raises(Unsayable, match="between 0 and 1"):
        twin(setup)


SICK = Case("one", CORPUS, False, ("dead_relu",), ("too_deep",), "hard")


def pair(first, second, *causes):
    engine = Side("one", ENGINE, 1.0, first, causes[:1])
    return Pair(SICK, engine, Side("one", TORCH, 1.0, second, causes[1:]))


def test_doors_agree_by_verdict_and_by_a_first_cause_that_is_the_same_or_right_too():
    pairs = [
        pair("sick", "sick", "init_too_large", "init_too_large"),
        pair("sick", "sick", "dead_relu", "too_deep"),
        pair("sick", "sick", "dead_relu", "init_too_large"),
        pair("sick", "healthy", "dead_relu"),
        pair("healthy", "healthy"),
        pair("sick", UNSAID, "dead_relu"),
    ]
    found = measures(pairs)
    assert [(one.hits, one.of) for one in found.values()] == [(4, 5), (3, 5), (3, 5)]


def test_what_is_known_is_not_examined_again(tmp_path, monkeypatch):
    asked = []

    def examine(case, door, budget):
        asked.append(door)
        return Side(case.id, door, budget, "sick", ("dead_relu",), 1.0, {"too_deep": "layers stay"})

    monkeypatch.setattr("doors.examine", examine)
    state = tmp_path / "state.jsonl"
    first, again = (list(examine_all([SICK], 1.0, state)) for _ in range(2))
    assert first == again
    assert asked == [ENGINE, TORCH]
    list(examine_all([SICK], 2.0, state))
    assert len(asked) == 4
