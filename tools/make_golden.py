"""Writes tests/engine/golden/*.npz: what PyTorch computes in float64 for fixed inputs.

Run it where PyTorch is installed; the tests compare our kernels with these files everywhere, and
the files with PyTorch itself where it is there. Each function answers a dict of arrays.
"""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import optim
from torch.nn import functional
from torch.optim import lr_scheduler as lr

FOLDER = Path(__file__).parents[1] / "tests" / "engine" / "golden"
CLIP = 1e-7
BATCHMEAN = {"mean": "batchmean", "sum": "sum"}

ACTIVATIONS = {
    "linear": lambda z: z * 1.0,
    "relu": functional.relu,
    "leaky_relu": lambda z: functional.leaky_relu(z, 0.01),
    "elu": functional.elu,
    "selu": functional.selu,
    "gelu": functional.gelu,
    "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
    "silu": functional.silu,
    "mish": functional.mish,
    "softplus": functional.softplus,
    "softsign": functional.softsign,
    "sigmoid": torch.sigmoid,
    # hardsigmoid's own gradient has 1/6 in float32 precision even for float64
    "hard_sigmoid": lambda z: functional.relu6(z + 3) / 6,
    "tanh": torch.tanh,
    "hard_tanh": functional.hardtanh,
    "exponential": torch.exp,
    "softmax": lambda z: torch.softmax(z, dim=1),
    "step": lambda z: (z > 0) + 0 * z,  # whose slope PyTorch would not tell
}


def activations():
    """Values and gradients by z for z, g [13, 6]."""
    rng = np.random.default_rng(0)
    given = {"z": rng.normal(0, 3, (13, 6)), "g": rng.normal(size=(13, 6))}
    given["z"][0] = [-20, -1, 0, 1e-3, 1, 20]
    results = dict(given)
    for name, function in ACTIVATIONS.items():
        z = torch.tensor(given["z"], requires_grad=True)
        value = function(z)
        value.backward(torch.tensor(given["g"]))
        results[f"{name}/value"], results[f"{name}/slope"] = value.detach().numpy(), z.grad.numpy()
    return results | _with_several_numbers(given["z"], given["g"])


def _with_several_numbers(z, g):
    """prelu with learnt slopes [6]; maxout of 3 units with 2 pieces; a slope that is clipped."""
    slopes = torch.tensor([0.25, 0.0, -0.5, 1.0, 0.1, 2.0], dtype=torch.float64, requires_grad=True)
    tensors = [torch.tensor(z, requires_grad=True) for _ in range(2)]
    prelu = functional.prelu(tensors[0], slopes)
    maxout = torch.max(tensors[1][:, :3], tensors[1][:, 3:])
    prelu.backward(torch.tensor(g))
    maxout.backward(torch.tensor(g[:, :3]))
    sigmoid = torch.sigmoid(torch.tensor(z))
    return {
        "prelu/slopes": slopes.detach().numpy(),
        "prelu/value": prelu.detach().numpy(),
        "prelu/slope": tensors[0].grad.numpy(),
        "prelu/learnt": slopes.grad.numpy(),
        "maxout/value": maxout.detach().numpy(),
        "maxout/slope": tensors[1].grad.numpy(),
        "clipped_sigmoid/value": sigmoid.numpy(),
        "clipped_sigmoid/slope": g * torch.clamp(sigmoid * (1 - sigmoid), min=0.01).numpy(),
    }


def _from_probabilities(out, target):
    p = torch.clip(out / out.sum(dim=1, keepdim=True), CLIP, 1 - CLIP)
    return -(target * torch.log(p)).sum(dim=1)


def _binary_from_probabilities(out, target):
    p = torch.clip(out, CLIP, 1 - CLIP)
    return -(target * torch.log(p) + (1 - target) * torch.log(1 - p))


def _pick(values, reduction):
    return values.mean() if reduction == "mean" else values.sum()


def _cases(classes):
    """Loss by 'name/form/targets': a function of outputs, dense targets and the reduction."""
    return {
        "cross_entropy/logits/classes": lambda o, t, r: functional.cross_entropy(
            o, classes, reduction=r
        ),
        "cross_entropy/logits/one_hot": lambda o, t, r: functional.cross_entropy(
            o, t["one_hot"], reduction=r
        ),
        "cross_entropy/logits/soft": lambda o, t, r: functional.cross_entropy(
            o, t["soft"], reduction=r
        ),
        "cross_entropy/probabilities/classes": lambda o, t, r: _pick(
            _from_probabilities(o, t["one_hot"]), r
        ),
        "cross_entropy/probabilities/soft": lambda o, t, r: _pick(
            _from_probabilities(o, t["soft"]), r
        ),
        "binary_cross_entropy/logits/labels": lambda o, t, r: (
            functional.binary_cross_entropy_with_logits(o, t["labels"], reduction=r)
        ),
        "binary_cross_entropy/probabilities/labels": lambda o, t, r: _pick(
            _binary_from_probabilities(o, t["labels"]), r
        ),
        "cross_entropy/logits/classes/weights": lambda o, t, r: functional.cross_entropy(
            o, classes, weight=t["weights"], reduction=r
        ),
        "cross_entropy/logits/classes/smoothed": lambda o, t, r: functional.cross_entropy(
            o, classes, label_smoothing=0.2, reduction=r
        ),
        "cross_entropy/logits/soft/smoothed": lambda o, t, r: functional.cross_entropy(
            o, t["soft"], label_smoothing=0.2, reduction=r
        ),
        "binary_cross_entropy/logits/labels/smoothed": lambda o, t, r: (
            functional.binary_cross_entropy_with_logits(o, 0.8 * t["labels"] + 0.1, reduction=r)
        ),
        "kl_divergence/logits/soft": lambda o, t, r: functional.kl_div(
            functional.log_softmax(o, dim=1), t["soft"], reduction=BATCHMEAN[r]
        ),
        "kl_divergence/logits/classes": lambda o, t, r: functional.kl_div(
            functional.log_softmax(o, dim=1), t["one_hot"], reduction=BATCHMEAN[r]
        ),
        "kl_divergence/probabilities/soft": lambda o, t, r: _pick(
            _from_probabilities(o, t["soft"]) + (t["soft"] * torch.log(t["soft"])).sum(dim=1), r
        ),
        "huber/logits/numbers": lambda o, t, r: functional.huber_loss(o, t["numbers"], reduction=r),
        "huber/logits/numbers/narrow": lambda o, t, r: functional.huber_loss(
            o, t["numbers"], delta=0.3, reduction=r
        ),
        "huber/logits/numbers/wide": lambda o, t, r: functional.huber_loss(
            o, t["numbers"], delta=4.0, reduction=r
        ),
        "log_cosh/logits/numbers": lambda o, t, r: _pick(
            torch.log(torch.cosh(o - t["numbers"])), r
        ),
        "mse/logits/numbers": lambda o, t, r: functional.mse_loss(o, t["numbers"], reduction=r),
        "msle/logits/numbers": lambda o, t, r: _pick(
            (torch.log1p(o.clamp(min=CLIP)) - torch.log1p(t["numbers"].clamp(min=CLIP))) ** 2, r
        ),
        "mae/logits/numbers": lambda o, t, r: functional.l1_loss(o, t["numbers"], reduction=r),
        "hinge/logits/classes": lambda o, t, r: (
            functional.multi_margin_loss(o, classes, reduction=r) * o.shape[1]
        ),
        "hinge/logits/labels": lambda o, t, r: _pick(
            functional.relu(1 - (2 * t["labels"] - 1) * o).mean(dim=1), r
        ),
    }


def losses():
    """Values and gradients for both reductions; outputs are logits [15, 5] or probabilities."""
    rng = np.random.default_rng(1)
    number = rng.integers(0, 5, 15)
    results = {
        "logits": rng.normal(0, 3, (15, 5)),
        "probabilities": rng.uniform(0.02, 0.98, (15, 5)),
        "classes": number[:, None].astype(float),
        "one_hot": np.eye(5)[number],
        "soft": rng.dirichlet(np.ones(5), 15),
        "labels": rng.integers(0, 2, (15, 5)).astype(float),
        "numbers": rng.normal(size=(15, 5)),
        "weights": np.array([1.0, 0.5, 3.0, 2.0, 0.0]),
    }
    results["probabilities"][0, :2] = [1e-9, 1e-8]  # below the clip
    targets = {key: torch.tensor(value) for key, value in results.items()}
    for key, function in _cases(torch.tensor(number)).items():
        for reduction in ("mean", "sum"):
            out = torch.tensor(results[key.split("/")[1]], requires_grad=True)
            value = function(out, targets, reduction)
            value.backward()
            results[f"{key}/{reduction}/value"] = value.detach().numpy()
            results[f"{key}/{reduction}/slope"] = out.grad.numpy()
    return results


def normalization():
    """Values, gradients [by z, gain, shift] and running averages over 4 batches [12, 5]."""
    rng = np.random.default_rng(3)
    given = {
        "batches": rng.normal(0, [[[1]], [[3]], [[0.5]], [[2]]], (4, 12, 5)) + rng.normal(size=5),
        "g": rng.normal(size=(12, 5)),
        "gain": rng.normal(1, 0.5, 5),
        "shift": rng.normal(size=5),
    }
    kinds = {
        "batch_norm": torch.nn.BatchNorm1d(5, dtype=torch.float64),
        "layer_norm": torch.nn.LayerNorm(5, dtype=torch.float64),
    }
    results = dict(given)
    for name, kind in kinds.items():
        kind.weight.data, kind.bias.data = (torch.tensor(given[k]) for k in ("gain", "shift"))
        means, variances = [], []
        for batch in given["batches"]:
            kind.zero_grad()
            z = torch.tensor(batch, requires_grad=True)
            value = kind(z)
            value.backward(torch.tensor(given["g"]))
            if name == "batch_norm":
                means.append(kind.running_mean.numpy().copy())
                variances.append(kind.running_var.numpy().copy())
        results[f"{name}/value"], results[f"{name}/by_z"] = value.detach().numpy(), z.grad.numpy()
        results[f"{name}/by_gain"] = kind.weight.grad.numpy()
        results[f"{name}/by_shift"] = kind.bias.grad.numpy()
        if name == "batch_norm":
            results["batch_norm/running"] = np.concatenate([means, variances], axis=1)
            at_test = kind.eval()(torch.tensor(given["batches"][0]))
            results["batch_norm/at_test"] = at_test.detach().numpy()
    return results


def network():
    """Loss and gradient [P] of batch norms, prelu and maxout in one network, 5-8-6-3.

    theta: gain, shift of the inputs; W, gain, shift, slopes; W, b, gain, shift; W, b.
    """
    rng = np.random.default_rng(4)
    x, classes = rng.normal(size=(40, 5)), rng.integers(0, 3, 40)
    shapes = [(5,), (5,), (5, 8), (8,), (8,), (8,), (8, 12), (12,), (12,), (12,), (6, 3), (3,)]
    theta = [torch.tensor(rng.normal(0, 0.6, shape), requires_grad=True) for shape in shapes]
    gain0, shift0, w1, gain1, shift1, slopes, w2, b2, gain2, shift2, w3, b3 = theta

    def normed(z, gain, shift):
        return functional.batch_norm(z, None, None, gain, shift, training=True)

    value = normed(torch.tensor(x), gain0, shift0)
    value = functional.prelu(normed(value @ w1, gain1, shift1), slopes)
    value = functional.layer_norm(value @ w2 + b2, (12,), gain2, shift2)
    out = torch.max(value[:, :6], value[:, 6:]) @ w3 + b3
    loss = functional.cross_entropy(out, torch.tensor(classes))
    loss.backward()
    return {
        "x": x,
        "classes": classes[:, None].astype(float),
        "theta": np.concatenate([one.detach().numpy().ravel() for one in theta]),
        "loss": loss.detach().numpy(),
        "gradient": np.concatenate([one.grad.numpy().ravel() for one in theta]),
    }


def _from_rest(optimizer):
    """Velocities that start at 0: without them PyTorch's first step ignores dampening."""
    for group in optimizer.param_groups:
        for one in group["params"]:
            optimizer.state[one]["momentum_buffer"] = torch.zeros_like(one)
    return optimizer


# our name, our settings, rate, what is around it, PyTorch's. Around it: every how many updates the
# rate is halved, clip_value, clip_norm, weight_decay (which PyTorch's optimizer gets itself).
OPTIMIZERS = {
    "sgd": ("sgd", {}, 0.2, {}, lambda p, lr: optim.SGD(p, lr)),
    "sgd_heavy": ("sgd", {"momentum": 0.5}, 0.1, {}, lambda p, lr: optim.SGD(p, lr, momentum=0.5)),
    "sgd_averaged": (
        "sgd", {"momentum": 0.8, "dampening": 0.8}, 0.2, {"every": 10},
        lambda p, lr: _from_rest(optim.SGD(p, lr, momentum=0.8, dampening=0.8)),
    ),
    "sgd_decay": (
        "sgd", {"momentum": 0.5}, 0.1,
        {"every": 20, "weight_decay": 0.1, "clip_value": 0.02, "clip_norm": 0.1},
        lambda p, lr: optim.SGD(p, lr, momentum=0.5, weight_decay=0.1),
    ),
    "sgd_clip_norm": ("sgd", {}, 0.5, {"clip_norm": 0.1}, lambda p, lr: optim.SGD(p, lr)),
    "sgd_clip_value": ("sgd", {}, 0.5, {"clip_value": 0.02}, lambda p, lr: optim.SGD(p, lr)),
    "momentum": ("momentum", {}, 0.05, {}, lambda p, lr: optim.SGD(p, lr, momentum=0.9)),
    "momentum_halved": (
        "momentum", {}, 0.1, {"every": 10}, lambda p, lr: optim.SGD(p, lr, momentum=0.9),
    ),
    "momentum_inside": (  # the same as PyTorch's while the rate stays
        "momentum", {"rate_inside": 1.0}, 0.05, {"weight_decay": 0.1},
        lambda p, lr: optim.SGD(p, lr, momentum=0.9, weight_decay=0.1),
    ),
    "nesterov": (
        "nesterov", {}, 0.05, {}, lambda p, lr: optim.SGD(p, lr, momentum=0.9, nesterov=True),
    ),
    "nesterov_halved": (
        "nesterov", {"momentum": 0.7}, 0.1, {"every": 10, "weight_decay": 0.1, "clip_norm": 0.2},
        lambda p, lr: optim.SGD(p, lr, momentum=0.7, nesterov=True, weight_decay=0.1),
    ),
    "adagrad": ("adagrad", {}, 0.1, {}, lambda p, lr: optim.Adagrad(p, lr)),
    "adagrad_eps": (
        "adagrad", {"eps": 0.1}, 0.1, {"every": 10, "weight_decay": 0.1},
        lambda p, lr: optim.Adagrad(p, lr, eps=0.1, weight_decay=0.1),
    ),
    "adadelta": ("adadelta", {}, 1.0, {}, lambda p, lr: optim.Adadelta(p, lr)),
    "adadelta_halved": (
        "adadelta", {"rho": 0.7, "eps": 1e-4}, 2.0, {"every": 20, "weight_decay": 0.1},
        lambda p, lr: optim.Adadelta(p, lr, rho=0.7, eps=1e-4, weight_decay=0.1),
    ),
    "rmsprop": ("rmsprop", {}, 0.01, {}, lambda p, lr: optim.RMSprop(p, lr, alpha=0.9)),
    "rmsprop_slow": (
        "rmsprop", {"rho": 0.99, "eps": 1e-3}, 0.01, {"every": 10, "weight_decay": 0.1},
        lambda p, lr: optim.RMSprop(p, lr, alpha=0.99, eps=1e-3, weight_decay=0.1),
    ),
    "rmsprop_centered": (
        "rmsprop", {"eps": 1e-2, "momentum": 0.5, "centered": 1.0}, 0.002, {"every": 10},
        lambda p, lr: optim.RMSprop(p, lr, alpha=0.9, eps=1e-2, momentum=0.5, centered=True),
    ),
    "adam": ("adam", {}, 0.01, {}, lambda p, lr: optim.Adam(p, lr)),
    "adam_halved": (
        "adam", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-4}, 0.05, {"every": 10},
        lambda p, lr: optim.Adam(p, lr, betas=(0.5, 0.9), eps=1e-4),
    ),
    "adam_decay": (
        "adam", {}, 0.01, {"weight_decay": 0.1, "clip_value": 0.02, "clip_norm": 0.1},
        lambda p, lr: optim.Adam(p, lr, weight_decay=0.1),
    ),
    "amsgrad": ("amsgrad", {}, 0.01, {}, lambda p, lr: optim.Adam(p, lr, amsgrad=True)),
    "amsgrad_halved": (
        "amsgrad", {"beta1": 0.5, "beta2": 0.8, "eps": 1e-4}, 0.02,
        {"every": 10, "weight_decay": 0.1},
        lambda p, lr: optim.Adam(
            p, lr, betas=(0.5, 0.8), eps=1e-4, weight_decay=0.1, amsgrad=True
        ),
    ),
    "adamax": ("adamax", {}, 0.01, {}, lambda p, lr: optim.Adamax(p, lr)),
    "adamax_halved": (
        "adamax", {"beta1": 0.5, "beta2": 0.8, "eps": 1e-4}, 0.02,
        {"every": 10, "weight_decay": 0.1},
        lambda p, lr: optim.Adamax(p, lr, betas=(0.5, 0.8), eps=1e-4, weight_decay=0.1),
    ),
    "nadam": ("nadam", {}, 0.01, {}, lambda p, lr: optim.NAdam(p, lr)),
    "nadam_halved": (
        "nadam", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-4, "momentum_decay": 0.1}, 0.02,
        {"every": 10, "weight_decay": 0.1},
        lambda p, lr: optim.NAdam(
            p, lr, betas=(0.5, 0.9), eps=1e-4, weight_decay=0.1, momentum_decay=0.1
        ),
    ),
    "radam": ("radam", {}, 0.01, {}, lambda p, lr: optim.RAdam(p, lr)),
    "radam_halved": (
        "radam", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-4}, 0.02,
        {"every": 10, "weight_decay": 0.1},
        lambda p, lr: optim.RAdam(p, lr, betas=(0.5, 0.9), eps=1e-4, weight_decay=0.1),
    ),
    "adamw": ("adamw", {}, 0.01, {}, lambda p, lr: optim.AdamW(p, lr, weight_decay=0)),
    "adamw_halved": (
        "adamw", {"beta1": 0.5, "beta2": 0.9, "eps": 1e-4}, 0.05,
        {"every": 10, "weight_decay": 0.3, "clip_value": 0.02, "clip_norm": 0.1},
        lambda p, lr: optim.AdamW(p, lr, betas=(0.5, 0.9), eps=1e-4, weight_decay=0.3),
    ),
    "rprop": ("rprop", {}, 0.01, {}, lambda p, lr: optim.Rprop(p, lr)),
    "adafactor": ("adafactor", {"eps1": 2.0**-52}, 0.01, {}, lambda p, lr: optim.Adafactor(p, lr)),
    "adafactor_halved": (
        "adafactor",
        {"eps1": 1e-2, "eps2": 0.5, "clip_threshold": 1.1, "beta2_decay": -0.5}, 0.05,
        {"every": 10, "weight_decay": 0.3},
        lambda p, lr: optim.Adafactor(
            p, lr, beta2_decay=-0.5, eps=(1e-2, 0.5), d=1.1, weight_decay=0.3
        ),
    ),
}  # fmt: skip
WIDTHS = (4, 6, 3)
UPDATES = 50


def _in_float64(compute):
    """Under float64 as PyTorch's default: NAdam keeps its product of momenta in the default."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        return compute()
    finally:
        torch.set_default_dtype(before)


def optimizers():
    """theta [P], W before b, of a tanh network after 50 updates on all rows under MSE with L2."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(20, 4)), rng.normal(size=(20, 3))
    shapes = [shape for i, o in pairwise(WIDTHS) for shape in ((i, o), (o,))]
    start = [rng.normal(0, 0.6, shape) for shape in shapes]
    results = {"x": x, "y": y, "start": np.concatenate([one.ravel() for one in start])}
    for key, (_, _, rate, around, make) in OPTIMIZERS.items():
        w1, b1, w2, b2 = theta = [torch.tensor(one, requires_grad=True) for one in start]
        optimizer = make(theta, rate)
        schedule = optim.lr_scheduler.StepLR(optimizer, around.get("every", UPDATES), 0.5)
        for _ in range(UPDATES):
            optimizer.zero_grad()
            out = torch.tanh(torch.tensor(x) @ w1 + b1) @ w2 + b2
            loss = functional.mse_loss(out, torch.tensor(y))
            (loss + 0.01 / 2 * (w1.square().sum() + w2.square().sum())).backward()
            if "clip_value" in around:
                torch.nn.utils.clip_grad_value_(theta, around["clip_value"])
            if "clip_norm" in around:
                torch.nn.utils.clip_grad_norm_(theta, around["clip_norm"])
            optimizer.step()
            schedule.step()
        results[key] = np.concatenate([one.detach().numpy().ravel() for one in theta])
    return results


TIMES = 60
MANUAL = [0.5, 0.1, 0.3, 0.01]


def _lambda(function):
    return lambda o: lr.LambdaLR(o, function)


def _behind_a_rise(warmup, make):
    """A schedule after a linear warm-up, with so much less in total."""
    return lambda o: lr.SequentialLR(
        o, [lr.LinearLR(o, 1 / warmup, total_iters=warmup - 1), make(o)], [warmup]
    )


# our name/variant and PyTorch's; our settings are in tests/engine/test_torch_parity.py
SCHEDULES = {
    "constant": lambda o: lr.ConstantLR(o, factor=1.0),
    "step": lambda o: lr.StepLR(o, 7, 0.8),
    "multi_step": lambda o: lr.MultiStepLR(o, [30, 5, 30, 31], 0.3),
    "exponential": lambda o: lr.ExponentialLR(o, 0.95),
    "staircase": _lambda(lambda t: math.exp(-0.4 * math.floor(t / 7))),
    "inverse_time": _lambda(lambda t: 1 / (1 + 0.3 * t)),
    "sqrt": _lambda(lambda t: 1 / math.sqrt(t + 1)),
    "sqrt/slow": _lambda(lambda t: (1 + 0.02 * t) ** -0.5),
    "polynomial": lambda o: lr.PolynomialLR(o, TIMES),
    "polynomial/cubic_and_over": lambda o: lr.PolynomialLR(o, 40, 3.0),
    "polynomial/end": _lambda(lambda t: 0.1 + 0.9 * (1 - t / TIMES) ** 0.5),
    "cosine": lambda o: lr.CosineAnnealingLR(o, TIMES),
    "cosine/end": lambda o: lr.CosineAnnealingLR(o, TIMES, 0.05),
    "cosine_restarts": lambda o: lr.CosineAnnealingWarmRestarts(o, 7),
    "cosine_restarts/grows": lambda o: lr.CosineAnnealingWarmRestarts(o, 4, 2, 0.1),
    "one_cycle": lambda o: lr.OneCycleLR(o, 1.0, TIMES, cycle_momentum=False),
    "one_cycle/late": lambda o: lr.OneCycleLR(
        o, 1.0, TIMES, pct_start=0.71, div_factor=4.0, final_div_factor=3.0, cycle_momentum=False
    ),
    "one_cycle/down_only": lambda o: lr.OneCycleLR(
        o, 1.0, TIMES, pct_start=0.0, cycle_momentum=False
    ),
    "one_cycle/up_only": lambda o: lr.OneCycleLR(
        o, 1.0, TIMES, pct_start=1.0, cycle_momentum=False
    ),
    "manual": _lambda(lambda t: MANUAL[min(t, len(MANUAL) - 1)]),
    "constant/warmup": _behind_a_rise(5, lambda o: lr.ConstantLR(o, factor=1.0)),
    "step/warmup": _behind_a_rise(9, lambda o: lr.StepLR(o, 7, 0.8)),
    "exponential/warmup": _behind_a_rise(2, lambda o: lr.ExponentialLR(o, 0.95)),
    "polynomial/warmup": _behind_a_rise(9, lambda o: lr.PolynomialLR(o, TIMES - 9, 2.0)),
    "cosine/warmup": _behind_a_rise(10, lambda o: lr.CosineAnnealingLR(o, TIMES - 10)),
}
# Factor, patience, threshold and rate of ReduceLROnPlateau; the last one comes down to its eps.
PLATEAUS = {
    "plateau": (0.1, 10, 1e-4, 1.0),
    "plateau/eager": (0.5, 0, 0.01, 0.3),
    "plateau/floor": (0.1, 1, 1e-4, 1e-3),
}


def schedules():
    """The factors of 60 times; for plateau the rates after each loss, some of them not finite."""
    losses = np.exp(-np.arange(200) / 10) + 0.3 + np.random.default_rng(3).normal(0, 0.01, 200)
    losses[60], losses[150:170] = 1e-3, 1e-3 * (1 - 1e-4 * np.arange(-5, 15))  # tiny gains
    results = {"losses": losses, "nan": np.r_[20, 90:100], "inf": np.r_[0, 21]}
    seen = losses.copy()
    seen[results["nan"]], seen[results["inf"]] = np.nan, np.inf
    for name, make in SCHEDULES.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
        schedule, rates = make(optimizer), []
        for t in range(TIMES):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if t < TIMES - 1:  # OneCycleLR refuses to go on
                schedule.step()
        results[name] = np.array(rates)
    for name, (factor, patience, threshold, rate) in PLATEAUS.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], rate)
        plateau = lr.ReduceLROnPlateau(optimizer, "min", factor, patience, threshold)
        rates = []
        for loss in seen:
            plateau.step(loss)
            rates.append(optimizer.param_groups[0]["lr"])
        results[name] = np.array(rates)
    return results


TABLES = {
    "activations": activations,
    "losses": losses,
    "optimizers": lambda: _in_float64(optimizers),
    "normalization": normalization,
    "network": network,
    "schedules": schedules,
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for family, compute in TABLES.items():
        np.savez_compressed(FOLDER / f"{family}.npz", **compute())
