"""Scores gathered in the compiled loop: those of `scores.score`, whatever the outputs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nndoctor.engine.scoring import score_of
from nndoctor.scores import score
from nndoctor.trainable import Batch, Plan, Task

from .helpers import PRECISIONS, classes, mlp

CLASSES = ("a", "b", "c")
TASKS = {
    "classes": Task("classification", "cross_entropy", 3, encoding="class"),
    "one logit": Task("classification", "binary_cross_entropy", 1, values=(0.0, 1.0)),
    "one share": Task(
        "classification", "binary_cross_entropy", 1, from_logits=False, values=(0.0, 1.0)
    ),
    "numbered": Task(
        "classification", "binary_cross_entropy", 1, encoding="class", values=(0.0, 1.0)
    ),
    "signs": Task("classification", "hinge", 1, values=(-1.0, 1.0)),
    "values": Task("classification", "mse", 1, labels=CLASSES, values=(1.0, 2.0, 4.0)),
    "labels": Task("multilabel", "binary_cross_entropy", 3),
    "numbers": Task("regression", "mse", 2),
    "shares": Task("regression", "binary_cross_entropy", 2),
    "parts of one": Task("regression", "kl_divergence", 3),
}


def targets(task, rng, rows):
    if task.kind == "regression":
        return rng.random((rows, task.outputs))
    if task.kind == "multilabel":
        return rng.integers(0, 2, (rows, task.outputs)).astype(float)
    if task.encoding == "class":
        return rng.integers(0, max(task.outputs, 2), (rows, 1)).astype(float)
    return rng.choice(task.values, (rows, 1))


def gathered(task, out, y):
    """What the loop adds up for rows that are all there are."""
    setup = replace(mlp([2, task.outputs], dtype=out.dtype), task=task)
    return score_of(out, y, setup.scorer(y))


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", TASKS)
@settings(deadline=None)  # the first call compiles
@given(seed=st.integers(0, 2**32 - 1), bad=st.sampled_from([None, np.nan, np.inf, -np.inf]))
def test_it_is_the_score_of_the_slow_functions(name, dtype, seed, bad):
    task, rng = TASKS[name], np.random.default_rng(seed)
    rows = int(rng.integers(2, 40))
    y = targets(task, rng, rows).astype(dtype)
    out = (rng.standard_normal((rows, task.outputs)) * rng.choice([0.5, 3, 200])).astype(dtype)
    out[rng.random(out.shape) < 0.2] = rng.choice([0.0, 0.5, 1.0, 1.5, 3.0])  # ties and edges
    if bad is not None:
        out[rng.integers(rows), rng.integers(task.outputs)] = bad
    with np.errstate(all="ignore"):
        expected = score(task, out, Batch(out, y))
    told = gathered(task, out, y)
    told = told if np.isfinite(told) else -np.inf
    assert told == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_targets_that_do_not_vary_explain_nothing():
    assert gathered(TASKS["numbers"], np.zeros((4, 2)), np.ones((4, 2))) == -np.inf


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("size", [7, 40])
def test_each_update_has_the_score_of_its_batches_before_it(size, parts):
    setup = mlp([2, 8, 3], loss="cross_entropy", batch_size=size, shuffle=False, parts=parts)
    task = replace(setup.task, kind="classification", encoding="class")
    setup, batch = replace(setup, task=task), classes(40, 2, 3)
    ours, slow = setup.fresh(0), setup.fresh(0)
    trace = ours.train(batch, Plan(12, scored=True))
    starts = [start for _ in range(40) for start in range(0, 40, size)]
    for update in range(12):
        rows = [slice(s, s + size) for s in starts[update * parts : (update + 1) * parts]]
        seen = [batch.rows(one) for one in rows]
        expected = np.mean([score(task, slow.outputs(one), one) for one in seen])
        assert trace.score[update] == pytest.approx(expected)
        assert trace.loss[update] == pytest.approx(np.mean([slow.loss(one) for one in seen]))
        slow.train(batch, Plan(1))
    np.testing.assert_array_equal(ours.theta, slow.theta)
    assert len(slow.train(batch, Plan(1)).score) == 0


def test_a_loss_that_breaks_ends_both_records_at_the_same_update():
    setup, batch = mlp([2, 8, 3], loss="cross_entropy", batch_size=10), classes(40, 2, 3)
    task = replace(setup.task, kind="classification", encoding="class")
    batch.x[25] = np.nan
    trace = replace(setup, task=task, shuffle=False).fresh(0).train(batch, Plan(9, scored=True))
    assert trace.first_bad.step == 2
    assert len(trace.score) == len(trace.loss) == 3


def test_loss_and_outputs_in_one_pass():
    setup, batch = mlp([2, 8, 3], loss="cross_entropy"), classes(2500, 2, 3)
    network = setup.fresh(0)
    loss, outputs = network.evaluate(batch)
    np.testing.assert_array_equal(outputs, network.outputs(batch))
    parts = [batch.rows(slice(start, start + 500)) for start in range(0, 2500, 500)]
    assert loss == network.loss(batch) == pytest.approx(np.mean([network.loss(p) for p in parts]))
