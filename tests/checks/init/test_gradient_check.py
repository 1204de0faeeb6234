"""ND312: right gradients are great, every kind of wrong one is found, kinks and noise are told."""

import numpy as np
import pytest

from nndoctor.checks.init.gradient_check import GradientCheck, Sampled, Seen
from nndoctor.checks.measures.finite_differences import (
    Compared,
    Fate,
    Line,
    compare,
    relative_error,
    sampled,
)
from nndoctor.findings import Status
from nndoctor.trainable import Batch

from ..fakes import Constants, Stopping, batch
from ..setups import made
from .hand_made import BATCH, ByHand

SEEDS = (0, 1, 2)
CHECK = GradientCheck()


def nd312(setup, rows=BATCH, seed=0, **settings):
    check = GradientCheck(**settings)
    return check.judge(check.measure(setup, rows, seed))


def row(found, name):
    table = found.evidence[0]
    values = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.columns, values, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("relu", [False, True])
def test_a_right_gradient_is_great(relu, seed):
    found = nd312(ByHand(l2=0.1, relu=relu), seed=seed)
    assert found.status is Status.OK
    assert found.message.startswith("great")
    assert found.measured <= 1e-7
    # 20 of 24, 6, 6 and 1 entries, with and without the penalty, at two moments
    assert sum(line[1] for line in found.evidence[0].rows) == 4 * (20 + 6 + 6 + 1)


def spoilt(name, change):
    return lambda gradients, weights: gradients | {name: change(gradients[name])}


WRONG = {
    "factor": (lambda g, w: {name: 2 * one for name, one in g.items()}, "output bias"),
    "factor, a little": (lambda g, w: {n: 1.01 * one for n, one in g.items()}, "output bias"),
    "bias forgotten": (spoilt("layer 1 bias", np.zeros_like), "layer 1 bias"),
    "sign": (spoilt("output weights", np.negative), "output weights"),
    "transposed": (spoilt("layer 1 weights", lambda g: g.reshape(6, 4).T), "layer 1 weights"),
    "one entry": (
        spoilt("layer 1 bias", lambda g: g + np.eye(6)[np.abs(g).argmax()]), "layer 1 bias",
    ),
    "nan": (spoilt("output weights", lambda g: g * np.nan), "output weights"),
    "inf": (spoilt("output weights", lambda g: g / 0.0), "output weights"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_gradient_is_an_error_and_its_array_is_named(wrong, seed):
    spoil, name = WRONG[wrong]
    found = nd312(ByHand(spoil, l2=0.1), seed=seed, after=0)
    assert found.status is Status.ERROR
    assert name in found.advice
    assert row(found, name)["verdict"] is Status.ERROR
    if "factor" not in wrong:
        others = [line for line in found.evidence[0].rows if line[0] != name]
        assert {line[5] for line in others} == {Status.OK}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_penalty_that_is_not_differentiated_is_told_as_that(seed):
    def forgotten(gradients, weights):
        return gradients | {
            name: gradients[name] - 0.1 * weights[name]
            for name in ("layer 1 weights", "output weights")
        }

    class Forgetful(ByHand):
        def fresh(self, seed):
            start = super().fresh(seed)
            plain = start.gradients
            start.gradients = lambda rows, regularised=True: plain(rows, False)
            return start

    found = nd312(Forgetful(l2=0.1), seed=seed)
    assert found.status is Status.ERROR
    assert "only with regularisation" in found.advice
    assert "regularised" in row(found, "output weights")["when"]
    twice = nd312(ByHand(forgotten, l2=0.1), seed=seed)  # subtracted where there is none
    assert "only with regularisation" not in twice.advice


def test_without_regularisation_nothing_is_asked_twice():
    found = nd312(ByHand(), after=0)
    assert sum(line[1] for line in found.evidence[0].rows) == 20 + 6 + 6 + 1
    assert "nothing is regularised" in found.evidence[0].caption


def test_a_fault_that_shows_only_after_some_updates_is_found():
    def stale(gradients, weights):  # right where the output bias is as it was drawn
        drawn = ByHand().fresh(0).arrays["output bias"]
        return (
            gradients
            if weights["output bias"] == drawn
            else {name: 0.5 * one for name, one in gradients.items()}
        )

    assert nd312(ByHand(stale), after=0, samples=1).status is Status.OK
    found = nd312(ByHand(stale), after=5)
    assert found.status is Status.ERROR
    assert row(found, "output bias")["when"] == "after 5 updates"


def test_looking_changes_nothing_and_the_seed_decides_where():
    setup, start = ByHand(relu=True), ByHand(relu=True).fresh(3)
    before = {name: array.copy() for name, array in start.arrays.items()}
    setup.fresh = lambda seed: start
    first = CHECK.measure(setup, BATCH, 3)
    GradientCheck(after=0).measure(ByHand(), BATCH)
    trained = {name: array.copy() for name, array in start.arrays.items()}
    start.arrays.update({name: array.copy() for name, array in before.items()})
    start.train(BATCH, type("Plan", (), {"updates": 20})())
    assert all(np.array_equal(start.arrays[name], trained[name]) for name in trained)
    assert CHECK.measure(ByHand(relu=True), BATCH, 3).arrays == first.arrays
    assert CHECK.measure(ByHand(relu=True), BATCH, 4).arrays != first.arrays


def line_of(cost, value=1.0, pieces=lambda w: np.zeros(0)):
    class Curve:
        array = np.array([value])

        def cost(self, batch, regularised=True):
            return float(cost(self.array[0]))

        def pieces(self, batch):
            return pieces(self.array[0])

    curve = Curve()
    return Line(curve, BATCH, True, curve.array, (0,))


@pytest.mark.parametrize(
    ("name", "cost", "gradient", "fate"),
    [
        ("right", np.exp, np.e, Fate.COMPARED),
        ("wrong by 1e-6", np.exp, np.e * (1 + 1e-6), Fate.COMPARED),
        ("both zero", lambda w: 3.0, 0.0, Fate.COMPARED),
        ("too small to be told", lambda w: 1e6 + 1e-9 * w, 2e-9, Fate.NOISE),
        ("not too small to be wrong", lambda w: 1.0 + 1e-6 * w, 2e-6, Fate.COMPARED),
        ("off, and at small steps lost in noise", lambda w: 1.0 + 5e-8 * w, 1e-7, Fate.COMPARED),
        ("a corner of the loss", lambda w: abs(w - 1.0), 1.0, Fate.KINK),
        ("a corner nearby", lambda w: w**2 + abs(w - 1 - 1e-8), 1.0, Fate.KINK),
        ("a corner passed", lambda w: w**2 + abs(w - 1 - 5e-6), 1.0, Fate.COMPARED),
        ("nan", lambda w: np.nan, 1.0, Fate.COMPARED),
    ],
)
def test_the_fate_of_one_entry(name, cost, gradient, fate):
    line = line_of(cost)
    found = compare(line, gradient, line.cost(1.0), 1e-7)
    assert found.fate is fate
    assert line.array[0] == 1.0
    if name.startswith("wrong"):
        assert found.error == pytest.approx(1e-6, rel=0.05)
    if name == "nan":
        assert np.isnan(found.error)
    if name == "a corner passed":
        assert (found.step, found.error) == (1e-6, pytest.approx(0.0, abs=1e-7))


def test_a_unit_that_changes_its_piece_is_tried_at_smaller_steps_then_dropped():
    def near(distance):
        return line_of(
            lambda w: max(w, 1 + distance), pieces=lambda w: np.array([w > 1 + distance])
        )

    passed = compare(near(5e-6), 0.0, 1 + 5e-6, 1e-7)
    assert (passed.fate, passed.step, passed.error) == (Fate.COMPARED, 1e-6, 0.0)
    assert compare(near(0.0), 0.0, 1.0, 1e-7).fate is Fate.KINK


def test_the_step_grows_with_the_parameter():
    line = line_of(lambda w: w**2, value=-500.0)
    assert compare(line, -1000.0, 250000.0, 1e-7).step == pytest.approx(500e-4)


@pytest.mark.parametrize(
    ("approx", "gradient", "error"),
    [
        (1.0, 1.0, 0.0),
        (0.0, 0.0, 0.0),
        (2.0, 1.0, 0.5),
        (1.0, 2.0, 0.5),
        (1.0, -1.0, 2.0),
        (0.0, 1.0, 1.0),
        (np.nan, 1.0, np.nan),
        (np.inf, np.inf, np.nan),
    ],
)
def test_the_formula(approx, gradient, error):
    assert relative_error(approx, gradient) == pytest.approx(error, nan_ok=True)


def test_the_largest_and_random_others_are_sampled():
    gradient = np.arange(200.0).reshape(10, 20)
    gradient[2, 3] = np.nan
    rng = np.random.default_rng(0)
    places = sampled(gradient, 20, rng)
    assert places[0] == (2, 3)
    assert places[1:10] == [(9, 19 - i) for i in range(9)]
    assert len(set(places)) == 20
    assert sorted(sampled(gradient[:1, :5], 20, rng)) == [(0, i) for i in range(5)]
    assert sampled(np.array([7.0]), 1, rng) == [(0,)]


def seen(error, fate=Fate.COMPARED, **more):
    one = Compared((0, 1), 1.0, 1.0, 1e-4, error, fate)
    good = Compared((0, 0), 1.0, 1.0, 1e-4, 0.0, fate)
    return Seen((Sampled("layer 1 weights", "at the start", False, (good, one)),), **more)


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (0.0, Status.OK, "great"),
        (0.99e-7, Status.OK, "great"),
        (1.01e-7, Status.OK, "good"),
        (0.99e-5, Status.OK, "good"),
        (1.01e-5, Status.WARNING, "differ"),
        (0.99e-3, Status.WARNING, "differ"),
        (1.01e-3, Status.ERROR, "differ"),
        (2.0, Status.ERROR, "differ"),
        (np.nan, Status.ERROR, "differ"),
    ],
)
def test_both_sides_of_every_band(error, status, word):
    found = CHECK.judge(seen(error))
    assert found.status is status
    assert word in found.message
    excused = CHECK.judge(seen(error, excused=frozenset({"layer 1 weights"})))
    assert excused.status is (Status.OK if status is Status.OK else Status.NOTE)


@pytest.mark.parametrize("fate", [Fate.KINK, Fate.NOISE])
def test_entries_that_could_not_be_compared_prove_nothing(fate):
    assert CHECK.judge(seen(1.0, fate)).status is Status.SKIP


def test_what_cannot_be_asked_is_skipped():
    assert "float64" in nd312(Constants(lambda seed: 1.0), batch()).message

    class Mute(Constants):
        def exact(self):
            return self

    assert "gradients" in nd312(Mute(lambda seed: 1.0), batch()).message
    stopped = CHECK.judge(CHECK.measure(ByHand(), BATCH, watch=Stopping(0)))
    assert (stopped.status, "interrupted" in stopped.message) == (Status.SKIP, True)


def test_a_cost_that_is_not_finite_is_no_proof():
    assert nd312(ByHand(floor=np.nan)).status is Status.SKIP
    broken = nd312(ByHand(lift=np.inf))
    assert (broken.status, "after 20 updates the cost is inf" in broken.message) == (
        Status.NOTE,
        True,
    )


COMBINATIONS = {
    "relu": {"model": 'activation = "relu"'},
    "elu": {"model": 'activation = "elu(0.5)"'},
    "maxout": {"model": 'activation = "maxout"'},
    "prelu": {"model": 'activation = "prelu"'},
    "hard_tanh": {"model": 'activation = "hard_tanh"'},
    "batch norm": {"model": "batch_norm = true\ninput_batch_norm = true"},
    "layer norm": {"model": "layer_norm = true"},
    "norm after the activation": {
        "model": 'batch_norm = true\ndropout = 0.2\nnorm = { place = "after_activation" }'
    },
    "norm at the end": {
        "model": 'activation = "tanh"\nlayer_norm = true\nnorm = { place = "after_dropout" }'
    },
    "weight norm": {"model": "weight_norm = true"},
    "weight norm by data": {"model": 'weight_norm = "data"'},
    "dropout": {"model": "dropout = 0.5"},
    "penalties": {"regularization": "l1 = 1e-3\nl2 = 0.1"},
    "smoothing": {"loss": 'name = "cross_entropy"\nlabel_smoothing = 0.1'},
    "sum": {"loss": 'name = "cross_entropy"\nreduction = "sum"'},
    "hinge": {"loss": 'name = "hinge"'},
    "momentum": {"optimizer": 'name = "momentum"\nlearning_rate = 0.1'},
    "lbfgs": {"optimizer": 'name = "lbfgs"'},
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("combination", COMBINATIONS)
def test_our_own_engine_is_great(combination, seed):
    setup = made("spiral", "[12, 8]", **COMBINATIONS[combination])
    found = nd312(setup.trainable, setup.train, seed)
    assert (found.status, found.message.split(":")[0]) == (Status.OK, "great")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("loss", ["mse", "mae", "huber", "log_cosh"])
def test_our_own_engine_is_great_under_every_distance(loss, seed):
    setup = made("sine", "[12, 8]", loss=f'name = "{loss}"')
    found = nd312(setup.trainable, setup.train, seed)
    assert (found.status, found.message.split(":")[0]) == (Status.OK, "great")


def test_a_surrogate_is_a_note_and_excuses_only_what_lies_below():
    model = 'activation = "clipped_sigmoid"\ninit = "normal(0,6)"'
    setup = made("spiral", "[12, 8]", model=model)
    found = nd312(setup.trainable, setup.train)
    assert found.status is Status.NOTE
    assert "on purpose" in found.message
    assert row(found, "output weights")["verdict"] is Status.OK
    assert setup.trainable.surrogates() == ("layer 1", "layer 2")


def test_rows_in_another_precision_are_the_same_rows():
    single = Batch(BATCH.x.astype(np.float32), BATCH.y.astype(np.float32))
    assert nd312(ByHand(), single).status is Status.OK
    start = ByHand().fresh(0)
    setup = ByHand()
    setup.fresh = lambda seed: start
    GradientCheck(rows=7).measure(setup, BATCH)
    assert set(start.asked) == {7}
