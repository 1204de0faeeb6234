"""Full-batch optimizers: the minimum of convex problems, in closed form."""

from dataclasses import replace

import numpy as np
import pytest

from nndoctor import api
from nndoctor.adapters.full_batch import METHODS, SOURCES
from nndoctor.adapters.newton import hessian
from nndoctor.errors import RecipeError
from nndoctor.findings import Status, Verdict
from nndoctor.surfaces.functions import SURFACES
from nndoctor.surfaces.walking import walk
from nndoctor.trainable import Batch, Plan
from nndoctor.training import Ending

from .runs import Stop, made, trained

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

LINEAR = """
[data]
path = "line.csv"
target = ["y", "z"]
task = "regression"
validation = 0
[model]
hidden = []
[training]
epochs = 400
dtype = "float64"
"""
RNG = np.random.default_rng(1)
X = RNG.normal(size=(40, 3)) * [1, 2, 5] + 1
Y = X @ RNG.normal(size=(3, 2)) + RNG.normal(size=(40, 2))


@pytest.fixture
def linear(tmp_path):
    rows = "\n".join(",".join(map(repr, map(float, row))) for row in np.column_stack([X, Y]))
    (tmp_path / "line.csv").write_text(f"a,b,c,y,z\n{rows}\n", encoding="utf-8")
    return lambda name, *more: made(f"optimizer.name={name}", *more, text=LINEAR, folder=tmp_path)


def solved(setup, network):
    """W [D, K] and the bias [K]."""
    form = setup.trainable.layout
    return form.weights(network.theta)[0], form.bias(network.theta)[0]


def test_each_has_its_source():
    assert METHODS.keys() == SOURCES.keys()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", METHODS)
def test_linear_regression_ends_at_the_least_squares(linear, name, dtype):
    setup = linear(name, f"training.dtype={dtype}")
    run, network, _ = trained(setup)
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(40)]), Y, rcond=None)[0]
    w, b = solved(setup, network)
    assert w.dtype == dtype
    np.testing.assert_allclose(np.vstack([w, b]), expected, atol=2e-3)
    residual = ((np.column_stack([X, np.ones(40)]) @ expected - Y) ** 2).mean()
    assert run.epochs[-1].loss == pytest.approx(residual, rel=1e-5)
    assert run.ending is Ending.CONVERGED


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("name", METHODS)
def test_with_l2_it_ends_at_the_ridge(linear, name, reduction):
    l2 = 0.3 if reduction == "mean" else 24.0
    setup = linear(name, f"regularization.l2={l2}", f"loss.reduction={reduction}")
    _, network, _ = trained(setup)
    # mean over rows and targets of the square + l2 / 2 |W|^2; the bias is free
    factor = 1 if reduction == "sum" else 1 / Y.size
    x, y = X - X.mean(axis=0), Y - Y.mean(axis=0)
    expected = np.linalg.solve(2 * factor * x.T @ x + l2 * np.eye(3), 2 * factor * x.T @ y)
    w, b = solved(setup, network)
    np.testing.assert_allclose(w, expected, atol=2e-3)
    np.testing.assert_allclose(b, Y.mean(axis=0) - X.mean(axis=0) @ expected, atol=5e-3)


@pytest.mark.parametrize("name", METHODS)
def test_weighted_classes_are_summed_by_their_weights(name):
    weights = ["loss.class_weights=[5.0, 1.0, 0.2]", "model.hidden=[]", "training.epochs=300"]
    l2 = "regularization.l2=1.0"
    _, network, _ = trained(made(f"optimizer.name={name}", "loss.reduction=sum", l2, *weights))
    setup = made("training.dtype=float64", *weights)
    ready = setup.train
    one_hot, per_row = np.eye(3)[ready.y[:, 0].astype(int)], np.array([5.0, 1.0, 0.2])
    # at the minimum the gradient, written out, is zero
    form = setup.trainable.layout
    w = form.weights(network.theta)[0].astype(float)
    b = form.bias(network.theta)[0].astype(float)
    scores = np.exp(ready.x @ w + b)
    rest = scores / scores.sum(axis=1, keepdims=True) - one_hot
    rest *= (one_hot @ per_row)[:, None]
    np.testing.assert_allclose(ready.x.T @ rest + w, 0, atol=0.02)
    np.testing.assert_allclose(rest.sum(axis=0), 0, atol=0.02)


@pytest.mark.parametrize("name", METHODS)
def test_the_loss_never_rises_and_the_trace_has_it_before_each_iteration(name):
    setup = made(f"optimizer.name={name}", "training.epochs=15", "training.dtype=float64")
    run, network, _ = trained(setup)
    assert run.trace.updates == 15
    assert np.isnan(run.trace.rate).all()
    assert (np.diff(run.trace.loss) <= 0).all()
    measured = [epoch.loss for epoch in run.epochs]
    np.testing.assert_allclose(run.trace.loss, measured[:-1], rtol=1e-12)
    assert measured[-1] == network.loss(setup.train) < measured[0]


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("stop", [1, 3])
def test_the_caller_stops_it(name, stop):
    setup = made(f"optimizer.name={name}", "training.epochs=50")
    run, network, _ = trained(setup, Stop(stop))
    assert (run.ending, run.trace.updates) == (Ending.INTERRUPTED, stop)
    _, shorter, _ = trained(made(f"optimizer.name={name}", f"training.epochs={stop}"))
    np.testing.assert_array_equal(network.theta, shorter.theta)


@pytest.mark.parametrize("name", METHODS)
def test_a_start_that_is_not_finite_is_left_alone(name):
    setup, other = made(f"optimizer.name={name}"), made()
    bad = Batch(np.full_like(setup.train.x, np.inf), setup.train.y)
    network = setup.trainable.fresh(0)
    trace = network.train(bad, Plan(5))
    assert (trace.updates, len(trace.loss), trace.first_bad.step) == (0, 1, 0)
    assert trace.first_bad.layer in setup.trainable.names
    np.testing.assert_array_equal(network.theta, other.trainable.fresh(0).theta)
    run, _, _ = trained(replace(setup, train=bad))
    assert run.ending is Ending.NON_FINITE_LOSS


def test_early_stopping_watches_iterations():
    changes = ["training.early_stopping.patience=4", "training.epochs=400", "model.hidden=[30]"]
    run, network, _ = trained(made("optimizer.name=lbfgs", *changes))
    assert run.ending is Ending.EARLY_STOPPED
    assert run.epochs[-1].number == run.best.number + 4
    assert network.loss(made().validation) == run.best.validation_loss


@pytest.mark.parametrize(
    "change",
    [
        "model.dropout=0.5",
        "training.noise.input_std=0.1",
        "training.accumulate=2",
        "training.ema=0.9",
        "schedule.name=cosine",
        "schedule.warmup=3",
        "regularization.max_norm=3.0",
        "optimizer.weight_decay=0.1",
        "optimizer.clip_norm=1.0",
        "optimizer.clip_value=1.0",
    ],
)
def test_what_contradicts_a_full_batch_is_refused(change):
    with pytest.raises(RecipeError, match="with optimizer lbfgs") as raised:
        made("optimizer.name=lbfgs", change)
    assert raised.value.mistakes[0].hint


def test_more_checkpoints_than_epochs_are_refused():
    with pytest.raises(RecipeError, match="6 checkpoints of 5 epochs"):
        made("training.ensemble.checkpoints=6")


@pytest.mark.parametrize("examine", [api.lr_sweep, api.range_test])
def test_there_is_no_rate_to_sweep(examine):
    report = examine(made("optimizer.name=bfgs"))
    (finding,) = report.findings
    assert finding.status is Status.SKIP
    assert "bfgs finds the length of its steps itself" in finding.message
    assert report.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("name", METHODS)
def test_the_other_examinations_work(name):
    whole = name == "damped_newton"  # whose updates are long, and few
    setup = made(f"optimizer.name={name}", f"model.hidden=[{6 if whole else 20}]")
    told = api.checkup(setup, budget=1.0 if whole else 2.0)
    if not whole:  # of its updates hardly a run fits into this
        assert told.verdict is not Verdict.UNDECIDED
    assert Status.BROKEN not in {finding.status for finding in told.findings}
    updates = 40 if whole else 300
    after = api.activations_report(setup, after=5)
    assert after.findings[-1].status is Status.OK
    assert api.overfit_tiny(setup).findings[0].status is Status.OK
    assert api.overfit_tiny(setup, optimizer=name, updates=updates).findings[0].status is Status.OK


def test_the_hessian_is_that_of_a_quadratic():
    root = RNG.normal(size=(5, 5))
    matrix = root.T @ root
    seen = hessian(lambda w: matrix @ w, RNG.normal(size=5))
    np.testing.assert_allclose(seen, matrix, atol=1e-8)


def test_damped_newton_is_at_the_least_squares_in_a_few_steps(linear):
    run, network, _ = trained(linear("damped_newton"))
    expected = np.linalg.lstsq(np.column_stack([X, np.ones(40)]), Y, rcond=None)[0]
    np.testing.assert_allclose(np.vstack(solved(linear("lbfgs"), network)), expected, atol=1e-7)
    assert run.trace.updates < 10


def test_damped_newton_leaves_a_saddle_where_newton_stays():
    start = (1e-3, 1e-3)
    saddle = SURFACES["saddle"]
    assert walk(saddle, "newton", 50, start=start).rests == "saddle"
    assert walk(saddle, "damped_newton", 50, start=start).rests != "saddle"


def test_a_network_too_large_for_its_hessian_is_refused():
    large = ["optimizer.name=damped_newton", "model.hidden=[400]"]
    with pytest.raises(
        RecipeError, match="under damped_newton, which takes at most 1000"
    ) as raised:
        made(*large)
    assert "newton_cg" in raised.value.mistakes[0].hint
    setup = made("model.hidden=[400]")
    with pytest.raises(RecipeError, match="at most 1000"):
        setup.trainable.fresh(0).train(setup.train, Plan(1, optimizer="damped_newton"))
