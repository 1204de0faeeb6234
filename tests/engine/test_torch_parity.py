"""Our kernels against PyTorch: against the files it wrote everywhere, against itself if installed.

The files come from tools/make_golden.py. Relative to the largest entry: 1e-10, 1e-5 in float32.
"""

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nndoctor.adapters.dense import Dense
from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.engine.normalization import NORMALIZATIONS
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.engine.plateau import Plateau
from nndoctor.engine.schedules import SCHEDULES
from nndoctor.trainable import Batch, Plan

from .helpers import (
    FORMS,
    PRECISIONS,
    TOLERANCE,
    Unit,
    activate,
    close,
    denormalise,
    gradient,
    judged,
    mlp,
    normalise,
    slopes_through,
)

GOLDEN = Path(__file__).parent / "golden"
FAMILIES = ("activations", "losses", "normalization", "network", "optimizers", "schedules")
BOTH = pytest.mark.parametrize("dtype", PRECISIONS)
# the case in tools/make_golden.py, and how our objective is told the same
LOSS_CASES = {
    "cross_entropy/logits/classes": {},
    "cross_entropy/logits/one_hot": {},
    "cross_entropy/logits/soft": {},
    "cross_entropy/logits/classes/weights": {"class_weights": (1.0, 0.5, 3.0, 2.0, 0.0)},
    "cross_entropy/logits/classes/smoothed": {"smoothing": 0.2},
    "cross_entropy/logits/soft/smoothed": {"smoothing": 0.2},
    "cross_entropy/probabilities/classes": {},
    "cross_entropy/probabilities/soft": {},
    "binary_cross_entropy/logits/labels": {},
    "binary_cross_entropy/logits/labels/smoothed": {"smoothing": 0.2},
    "binary_cross_entropy/probabilities/labels": {},
    "kl_divergence/logits/soft": {},
    "kl_divergence/logits/classes": {},
    "kl_divergence/probabilities/soft": {},
    "mse/logits/numbers": {},
    "msle/logits/numbers": {},
    "mae/logits/numbers": {},
    "huber/logits/numbers": {},
    "huber/logits/numbers/narrow": {"loss_settings": (0.3,)},
    "huber/logits/numbers/wide": {"loss_settings": (4.0,)},
    "log_cosh/logits/numbers": {},
    "hinge/logits/classes": {},
    "hinge/logits/labels": {},
}
# our name, our settings, rate, what is around it; as in tools/make_golden.py
OPTIMIZER_CASES = {
    "sgd": ("sgd", {}, 0.2, {}),
    "sgd_heavy": ("sgd", {"momentum": 0.5}, 0.1, {}),
    "sgd_averaged": ("sgd", {"momentum": 0.8, "dampening": 0.8}, 0.2, {"every": 10}),
    "sgd_decay": (
        "sgd",
        {"momentum": 0.5},
        0.1,
        {"every": 20, "weight_decay": 0.1, "clip_value": 0.02, "clip_norm": 0.1},
    ),
    "sgd_clip_norm": ("sgd", {}, 0.5, {"clip_norm": 0.1}),
    "sgd_clip_value": ("sgd", {}, 0.5, {"clip_value": 0.02}),
    "momentum": ("momentum", {}, 0.05, {}),
    "momentum_halved": ("momentum", {}, 0.1, {"every": 10}),
    "momentum_inside": ("momentum", {"rate_inside": 1.0}, 0.05, {"weight_decay": 0.1}),
    "nesterov": ("nesterov", {}, 0.05, {}),
    "nesterov_halved": (
        "nesterov",
        {"momentum": 0.7},
        0.1,
        {"every": 10, "weight_decay": 0.1, "clip_norm": 0.2},
    ),
    "adagrad": ("adagrad", {}, 0.1, {}),
    "adagrad_eps": ("adagrad", {"eps": 0.1}, 0.1, {"every": 10, "weight_decay": 0.1}),
    "adadelta": ("adadelta", {}, 1.0, {}),
    "adadelta_halved": (
        "adadelta",
        {"rho": 0.7, "eps": 0.0001},
        2.0,
        {"every": 20, "weight_decay": 0.1},
    ),
    "rmsprop": ("rmsprop", {}, 0.01, {}),
    "rmsprop_slow": (
        "rmsprop",
        {"rho": 0.99, "eps": 0.001},
        0.01,
        {"every": 10, "weight_decay": 0.1},
    ),
    "rmsprop_centered": (
        "rmsprop",
        {"eps": 0.01, "momentum": 0.5, "centered": 1.0},
        0.002,
        {"every": 10},
    ),
    "adam": ("adam", {}, 0.01, {}),
    "adam_halved": ("adam", {"beta1": 0.5, "beta2": 0.9, "eps": 0.0001}, 0.05, {"every": 10}),
    "adam_decay": ("adam", {}, 0.01, {"weight_decay": 0.1, "clip_value": 0.02, "clip_norm": 0.1}),
    "amsgrad": ("amsgrad", {}, 0.01, {}),
    "amsgrad_halved": (
        "amsgrad",
        {"beta1": 0.5, "beta2": 0.8, "eps": 0.0001},
        0.02,
        {"every": 10, "weight_decay": 0.1},
    ),
    "adamax": ("adamax", {}, 0.01, {}),
    "adamax_halved": (
        "adamax",
        {"beta1": 0.5, "beta2": 0.8, "eps": 0.0001},
        0.02,
        {"every": 10, "weight_decay": 0.1},
    ),
    "nadam": ("nadam", {}, 0.01, {}),
    "nadam_halved": (
        "nadam",
        {"beta1": 0.5, "beta2": 0.9, "eps": 0.0001, "momentum_decay": 0.1},
        0.02,
        {"every": 10, "weight_decay": 0.1},
    ),
    "radam": ("radam", {}, 0.01, {}),
    "radam_halved": (
        "radam",
        {"beta1": 0.5, "beta2": 0.9, "eps": 0.0001},
        0.02,
        {"every": 10, "weight_decay": 0.1},
    ),
    "adamw": ("adamw", {}, 0.01, {}),
    "adamw_halved": (
        "adamw",
        {"beta1": 0.5, "beta2": 0.9, "eps": 0.0001},
        0.05,
        {"every": 10, "weight_decay": 0.3, "clip_value": 0.02, "clip_norm": 0.1},
    ),
    "rprop": ("rprop", {}, 0.01, {}),
    "adafactor": ("adafactor", {"eps1": 2.0**-52}, 0.01, {}),
    "adafactor_halved": (
        "adafactor",
        {"eps1": 0.01, "eps2": 0.5, "clip_threshold": 1.1, "beta2_decay": -0.5},
        0.05,
        {"every": 10, "weight_decay": 0.3},
    ),
}
# our settings, total, warm-up; as in tools/make_golden.py
SCHEDULE_CASES = {
    "constant": ({}, 60, 0),
    "step": ({"factor": 0.8, "every": 7}, 60, 0),
    "multi_step": ({"factor": 0.3, "milestones": (30, 5, 30, 31)}, 60, 0),
    "exponential": ({"decay": -np.log(0.95)}, 60, 0),
    "staircase": ({"decay": 0.4, "every": 7}, 60, 0),
    "inverse_time": ({"decay": 0.3}, 60, 0),
    "sqrt": ({}, 60, 0),
    "sqrt/slow": ({"decay": 0.02}, 60, 0),
    "polynomial": ({}, 60, 0),
    "polynomial/cubic_and_over": ({"power": 3.0}, 40, 0),
    "polynomial/end": ({"power": 0.5, "end": 0.1}, 60, 0),
    "cosine": ({}, 60, 0),
    "cosine/end": ({"end": 0.05}, 60, 0),
    "cosine_restarts": ({"every": 7}, 60, 0),
    "cosine_restarts/grows": ({"every": 4, "growth": 2, "end": 0.1}, 60, 0),
    "one_cycle": ({}, 60, 0),
    "one_cycle/late": ({"peak_at": 0.71, "start_divisor": 4.0, "end_divisor": 3.0}, 60, 0),
    "one_cycle/down_only": ({"peak_at": 0.0}, 60, 0),
    "one_cycle/up_only": ({"peak_at": 1.0}, 60, 0),
    "manual": ({"rates": (0.5, 0.1, 0.3, 0.01)}, 60, 0),
    "constant/warmup": ({}, 60, 5),
    "step/warmup": ({"factor": 0.8, "every": 7}, 60, 9),
    "exponential/warmup": ({"decay": -np.log(0.95)}, 60, 2),
    "polynomial/warmup": ({"power": 2.0}, 60, 9),
    "cosine/warmup": ({}, 60, 10),
}
# factor, patience, min_delta, rate; as in tools/make_golden.py
PLATEAU_CASES = {
    "plateau": (0.1, 10, 1e-4, 1.0),
    "plateau/eager": (0.5, 0, 0.01, 0.3),
    "plateau/floor": (0.1, 1, 1e-4, 1e-3),
}


def stored(family):
    with np.load(GOLDEN / f"{family}.npz") as file:
        return dict(file)


@pytest.fixture(scope="module")
def torch_tables():
    """What PyTorch says now, by family."""
    pytest.importorskip("torch")
    script = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "make_golden.py"))
    return {family: compute() for family, compute in script["TABLES"].items()}


@pytest.fixture(params=["golden", pytest.param("live", marks=pytest.mark.torch)])
def reference(request):
    """A family's arrays, out of the file or out of PyTorch."""
    if request.param == "golden":
        return stored
    return request.getfixturevalue("torch_tables").__getitem__


@pytest.mark.torch
@pytest.mark.parametrize("family", FAMILIES)
def test_the_files_are_what_pytorch_says(family, torch_tables):
    kept, live = stored(family), torch_tables[family]
    assert kept.keys() == live.keys()
    for key, values in live.items():
        assert close(kept[key], values, 1e-12), key


@pytest.mark.parametrize("name", ACTIVATIONS)
@BOTH
def test_activations(name, dtype, reference):
    right = reference("activations")
    z, tolerance = right["z"].astype(dtype), TOLERANCE[np.dtype(dtype)]
    value, slope = right[f"{name}/value"], right[f"{name}/slope"]
    g, s = right["g"][:, : value.shape[1]], right.get(f"{name}/slopes")
    near = {"rtol": tolerance, "atol": tolerance / 10}
    np.testing.assert_allclose(activate(name, z, s), value, **near)
    by_z, learnt, _ = slopes_through(name, z, g, s)
    np.testing.assert_allclose(by_z, slope, **near)
    if learnt.size:
        assert close(learnt, right[f"{name}/learnt"], tolerance)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("case", LOSS_CASES)
@BOTH
def test_losses(case, dtype, reduction, reference):
    right, (name, outputs, targets) = reference("losses"), case.split("/")[:3]
    form = (name, outputs == "logits")
    form = form if form in FORMS else (name, True)
    out = right[outputs].astype(dtype)
    mean, slope = judged(form, out, right[targets], reduction=reduction, **LOSS_CASES[case])
    tolerance = TOLERANCE[out.dtype]
    assert mean == pytest.approx(float(right[f"{case}/mean/value"]), rel=tolerance)
    assert close(slope, right[f"{case}/{reduction}/slope"], tolerance)


@pytest.mark.torch
def test_smoothing_and_weights_together_are_not_pytorchs():
    """It weights each class's log-probability, we weight the row: docstring of `judge`."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    out, y, weights = rng.normal(size=(9, 3)), rng.integers(0, 3, 9), (1.0, 0.5, 3.0)
    value, _ = judged(
        ("cross_entropy", True), out, y[:, None], smoothing=0.2, class_weights=weights
    )
    log_p, w = torch.log_softmax(torch.tensor(out), dim=1).numpy(), np.array(weights)
    target = 0.8 * np.eye(3)[y] + 0.2 / 3
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(out), torch.tensor(y), torch.tensor(w), label_smoothing=0.2
    )
    assert value == pytest.approx(-(w[y] * (target * log_p).sum(axis=1)).sum() / w[y].sum())
    assert theirs.item() == pytest.approx(-(target * w * log_p).sum() / w[y].sum())
    assert abs(value - theirs.item()) > 0.01


@pytest.mark.parametrize("name", NORMALIZATIONS)
@BOTH
def test_normalization(name, dtype, reference):
    right, tolerance = reference("normalization"), TOLERANCE[np.dtype(dtype)]
    gain, shift, batches = (right[key].astype(dtype) for key in ("gain", "shift", "batches"))
    running = np.repeat(np.array([0, 1], dtype), 5)
    for k, batch in enumerate(batches):
        value, kept, spread = normalise(name, batch, gain, shift, running)
        if name == "batch_norm":
            assert close(running, right["batch_norm/running"][k], tolerance)
    assert close(value, right[f"{name}/value"], tolerance)
    gradients = denormalise(name, right["g"], kept, spread, gain)
    for key, ours in zip(("by_z", "by_gain", "by_shift"), gradients, strict=True):
        assert close(ours, right[f"{name}/{key}"], tolerance)
    if name == "batch_norm":
        at_test, *_ = normalise(name, batches[0], gain, shift, running, learning=False)
        assert close(at_test, right["batch_norm/at_test"], tolerance)


@BOTH
def test_a_network_of_the_new_kinds(dtype, reference):
    right, start = reference("network"), Unit("zeros")
    normed = {"norm": "batch_norm", "bias": False}
    setup = mlp([5, 8, 6, 3], loss="cross_entropy", dtype=np.dtype(dtype), input_norm=True)
    first, _, _, output = setup.layers
    middle = (
        Dense(8, Unit("prelu"), start, **normed),
        Dense(6, Unit("maxout"), start, norm="layer_norm"),
    )
    setup = replace(setup, layers=(first, *middle, output))
    batch, net = Batch(right["x"].astype(dtype), right["classes"].astype(dtype)), setup.fresh(0)
    net.theta[:] = right["theta"]
    trace = net.train(batch, Plan(1, batch_size=0, rate=0.0))
    assert trace.loss[0] == pytest.approx(float(right["loss"]), rel=TOLERANCE[setup.dtype])
    ours = gradient(setup, batch, theta=right["theta"].astype(dtype))
    assert close(ours, right["gradient"], TOLERANCE[setup.dtype])


def test_every_loss_is_compared():
    assert {case.split("/")[0] for case in LOSS_CASES} == {name for name, _ in FORMS}


@pytest.mark.parametrize("case", OPTIMIZER_CASES)
@BOTH
def test_fifty_updates(case, dtype, reference):
    right = reference("optimizers")
    name, settings, rate, around = OPTIMIZER_CASES[case]
    every, stages = around.get("every", 50), {k: v for k, v in around.items() if k != "every"}
    setup = mlp(
        [4, 6, 3],
        optimizer=Unit(name),
        optimizer_settings=settings,
        rate=rate,
        dtype=np.dtype(dtype),
        layer={"l2": 0.01},
        schedule="step",
        schedule_settings={"factor": 0.5, "every": every},
        **stages,
    )
    net = setup.fresh(0)
    net.theta[:] = right["start"]
    net.train(Batch(right["x"].astype(dtype), right["y"].astype(dtype)), Plan(50, batch_size=0))
    assert close(net.theta, right[case], TOLERANCE[net.theta.dtype])
    assert not close(right["start"], right[case], 0.05)


def test_every_optimizer_is_compared():
    # PyTorch has no Lion: there is only the oracle
    assert {name for name, *_ in OPTIMIZER_CASES.values()} == set(OPTIMIZERS) - {"lion"}


@pytest.mark.torch
def test_the_table_here_is_that_of_the_golden_values():
    pytest.importorskip("torch")
    script = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "make_golden.py"))
    assert {key: one[:4] for key, one in script["OPTIMIZERS"].items()} == OPTIMIZER_CASES


@pytest.mark.parametrize("case", SCHEDULE_CASES)
def test_schedules(case, reference):
    settings, total, warmup = SCHEDULE_CASES[case]
    unit, right = SCHEDULES[case.split("/")[0]], reference("schedules")[case]
    given = dict(unit.settings) | settings
    ours = unit.warmed_up(np.arange(60.0), total, warmup, **given)
    np.testing.assert_allclose(ours, right, rtol=1e-10)
    assert unit.name == "constant" or np.ptp(right) > 0.3


@pytest.mark.parametrize("case", PLATEAU_CASES)
def test_plateau(case, reference):
    (factor, patience, min_delta, rate), right = PLATEAU_CASES[case], reference("schedules")
    plateau = Plateau(factor, patience, min_delta, eps=1e-8 / rate)
    losses = right["losses"].copy()
    losses[right["nan"]], losses[right["inf"]] = np.nan, np.inf
    ours = [rate * plateau.observe(loss) for loss in losses]
    np.testing.assert_allclose(ours, right[case], rtol=1e-10)
    assert len(set(ours)) > 4


def test_every_schedule_is_compared():
    assert {case.split("/")[0] for case in (*SCHEDULE_CASES, *PLATEAU_CASES)} == set(SCHEDULES)


@pytest.mark.torch
@BOTH
def test_a_whole_backward_pass(dtype):
    torch = pytest.importorskip("torch")
    setup = mlp([5, 8, 7, 3], "elu", loss="cross_entropy", dtype=np.dtype(dtype))
    net = setup.fresh(4)
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(64, 5)).astype(dtype), rng.integers(0, 3, 64)
    views = zip(setup.layout.weights(net.theta), setup.layout.bias(net.theta), strict=True)
    theta = [torch.tensor(v.copy(), requires_grad=True) for pair in views for v in pair]
    value = torch.tensor(x)
    for layer in range(3):
        value = value @ theta[2 * layer] + theta[2 * layer + 1]
        value = torch.nn.functional.elu(value) if layer < 2 else value
    loss = torch.nn.functional.cross_entropy(value, torch.tensor(labels))
    loss.backward()
    batch, before = Batch(x, labels[:, None].astype(dtype)), net.theta.copy()
    assert net.loss(batch) == pytest.approx(loss.item(), rel=TOLERANCE[net.theta.dtype])
    net.train(batch, Plan(1, batch_size=0, optimizer="sgd", rate=1.0))
    right = np.concatenate([one.grad.numpy().ravel() for one in theta])
    assert close(before - net.theta, right, TOLERANCE[net.theta.dtype])
