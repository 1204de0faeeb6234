"""What a user's PyTorch program does with one batch and in a few updates: facts, not verdicts."""

from itertools import chain
from typing import Any

import numpy as np
import torch

from ...owncode import OwnCode, ParameterFacts
from ...trainable import Batch, Plan
from .broken_gradient import broken_gradient
from .configuration import TorchConfiguration
from .dropouts import drops_by_function
from .model import TorchModel
from .modules import MODE_DEPENDENT, passed, unregistered
from .own_step import clears_gradients, evaluated_in_step, moves_weights
from .privacy import seed_torch
from .rows import call
from .task import by_place, flat_outputs, loss_name

ROWS = 16  # of the batch that is looked at
UPDATES = 30  # by then running means have followed: 0.9 to that power is 4 %


def inspected(setup: TorchConfiguration, batch: Batch, seed: int) -> OwnCode:
    """All facts, each from a fresh start, so that no look spoils another."""
    rows = batch.sample(ROWS)
    model = TorchModel(setup, seed)
    y = batch.y
    out, seen, flat = _forward(model, rows)
    spread = _spread(flat)
    parameters, foreign, lists = _parameters(TorchModel(setup, seed), rows)
    first, second = _short_run(setup, batch, seed), _short_run(setup, batch, seed)
    trained, losses, bad = first
    # zeros as first weights of a linear model, or of the last layer alone, are moved by an update
    wakes = spread == 0 and _spread(_forward(trained, rows)[2]) > 0
    deaf, share = _deaf(trained if wakes else model, rows)
    if any(p.learns and not p.gradient for p in parameters):
        deaf = tuple(name for name in deaf if not _moves(model, rows, name, flat))
        share *= bool(deaf)  # else the graph is cut, which its parameters tell
    evaluating, mode_dependent = _modes(model)
    if setup.step is not None:
        evaluating = evaluated_in_step(setup, rows, seed)
    with np.errstate(invalid="ignore"):
        finite = bool(np.isfinite(flat).all())
        unit = finite and bool(((flat >= 0) & (flat <= 1)).all())
    return OwnCode(
        parameters=parameters,
        foreign=foreign,
        unregistered=lists,
        loss=loss_name(setup.loss),
        last=seen.last if _is_last(seen, out) else "",
        in_unit=unit,
        sums_to_one=unit and _shares(setup, out),
        positive=finite and bool((flat > 0).any()),
        output_shape=tuple(out.shape),
        target_shape=(len(rows), *setup.targets.shape),
        low=float(y.min()),
        high=float(y.max()),
        whole=bool((y == np.floor(y)).all()),
        exclusive=y.shape[1] > 1 and bool((y.sum(axis=1) == 1).all()),
        kind=str(setup.targets.dtype).split(".")[-1],
        own_step=setup.step is not None,
        zeroed=clears_gradients(setup, rows, seed),
        moved=moves_weights(setup, rows, seed),
        evaluating=evaluating,
        mode_dependent=mode_dependent,
        noise=_change(flat, _forward(model, rows, seed=1)[2], spread),
        drops=_drops(model, rows),
        mixing=_mixing(model, rows, flat, spread),
        deaf=deaf,
        deaf_share=share,
        constant=finite and spread == 0 and not wakes,
        bad_module=bad[0],
        bad_step=bad[1],
        bad_most=_largest(trained, batch) if bad[0] == "loss" else np.nan,
        bad_gradient=None if bad[1] is None else broken_gradient(setup, batch, seed, UPDATES),
        updates=len(losses),
        start_loss=TorchModel(setup, seed).loss(batch.sample(1000)),
        train_loss=_training_loss(trained, batch),
        test_loss=trained.loss(batch.sample(1000)) if bad[1] is None else float("nan"),
        repeated=losses == second[1] or not np.isfinite(losses).all(),
    )


def _forward(model: TorchModel, rows: Batch, seed: int = 0) -> tuple[torch.Tensor, Any, Any]:
    """Outputs as the loss gets them, the pass, and the outputs as [B, K]; in evaluation mode."""
    with model.looking(1), torch.no_grad():
        seed_torch(seed)
        inputs, _ = model.unpacked(rows)
        out, seen = passed(model.model, inputs)
    tensor = out if isinstance(out, torch.Tensor) else flat_outputs(out)
    return tensor, seen, flat_outputs(out).double().cpu().numpy()


def _shares(setup: TorchConfiguration, out: torch.Tensor) -> bool:
    """Whether the outputs of each row, or of each place, sum to 1."""
    rows = by_place(setup.task, out)
    rows = rows.reshape(-1, rows.shape[1] // setup.task.places).double()
    sums = rows.sum(dim=1)
    return rows.shape[1] > 1 and bool(torch.allclose(sums, torch.ones_like(sums), atol=1e-4))


def _is_last(seen: Any, out: torch.Tensor) -> bool:
    """Whether the activation computed last is what the model puts out."""
    return seen.computed is not None and seen.computed.data_ptr() == out.data_ptr()


def _spread(flat: Any) -> float:
    with np.errstate(invalid="ignore", over="ignore"):
        return float(flat.std(axis=0).max())


def _change(before: Any, after: Any, spread: float) -> float:
    """The largest change, relative to how differently rows are answered."""
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return 0.0
    change = float(np.abs(after - before).max())
    return change / max(spread, 1e-6 * max(1.0, float(np.abs(before).max())))


def _drops(model: TorchModel, rows: Batch) -> bool:
    """Whether the forward method drops in evaluation mode."""
    with model.looking(1):
        return drops_by_function(model.model, model.unpacked(rows)[0])


def _mixing(model: TorchModel, rows: Batch, flat: Any, spread: float) -> float:
    """By how much a row is answered differently when the rows after it, or before it, are others:
    what reads a batch as a sequence sees only one of the two."""
    half = len(rows) // 2
    if half < 1:
        return 0.0
    changes = []
    for kept, changed, by in (
        (slice(half), slice(half, None), 0),
        (slice(half, None), slice(half), -1),
    ):
        other = Batch(rows.x.copy(), rows.y)
        other.x[changed] = rows.x[by]
        changes.append(_change(flat[kept], _forward(model, other)[2][kept], spread))
    return max(changes)


def _parameters(
    model: TorchModel, rows: Batch
) -> tuple[tuple[ParameterFacts, ...], int, tuple[str, ...]]:
    held = {id(p) for group in model.optimizer.param_groups for p in group["params"]}
    with model.looking(len(rows)):
        model.as_given()
        inputs, targets = model.unpacked(rows)
        model.model.zero_grad()
        loss = model.lost(model.criterion, call(model.model, inputs), targets)
        if loss.requires_grad:
            loss.backward()
    own = dict(model.model.named_parameters())
    facts = tuple(
        ParameterFacts(
            name,
            p.numel(),
            p.requires_grad,
            id(p) in held,
            None if p.grad is None else float(p.grad.double().norm()),
        )
        for name, p in own.items()
    )
    loose = {path: one.learning for path, one in unregistered(model.model).items()}
    known = {id(p) for p in (*own.values(), *chain(*loose.values()))}
    idle = tuple(
        path
        for path, some in loose.items()
        if any(p.grad is not None and id(p) not in held for p in some)
    )
    return facts, len(held - known), idle


def _deaf(model: TorchModel, rows: Batch) -> tuple[tuple[str, ...], float]:
    """Inputs of which no output depends, and the share of columns of those that are numbers."""
    with model.looking(len(rows)):
        inputs, _ = model.unpacked(rows)
        named = inputs if isinstance(inputs, dict) else None
        tensors = list(
            named.values()
            if named is not None
            else inputs
            if isinstance(inputs, tuple)
            else [inputs]
        )
        floating = [t.requires_grad_() for t in tensors if t.is_floating_point()]
        if not floating:
            return (), 0.0
        out = flat_outputs(call(model.model, inputs))
        # a sum with weights: that of a softmax is constant
        weights = torch.linspace(1, 2, out.shape[1], dtype=out.dtype, device=out.device)
        if not out.requires_grad:
            return tuple(_names(model)), 1.0
        grads = torch.autograd.grad((out * weights).sum(), floating, allow_unused=True)
    names = [p.name for p in model.setup.inputs.pieces if p.dtype.is_floating_point]
    columns = [
        t.new_zeros(t[0].numel()) if g is None else g.reshape(len(t), -1).abs().amax(dim=0)
        for t, g in zip(floating, grads, strict=True)
    ]
    deaf = [name for name, column in zip(names, columns, strict=True) if not bool(column.any())]
    return tuple(deaf), float((torch.cat(columns) == 0).double().mean())


def _moves(model: TorchModel, rows: Batch, name: str, flat: Any) -> bool:
    """Whether outputs are others where an input has the values of other rows."""
    other, columns = Batch(rows.x.copy(), rows.y), model.setup.inputs.columns(name)
    other.x[:, columns] = np.roll(rows.x[:, columns], 1, axis=0)
    return _change(flat, _forward(model, other)[2], _spread(flat)) > 0


def _names(model: TorchModel) -> list[str]:
    return [p.name for p in model.setup.inputs.pieces]


def _modes(model: TorchModel) -> tuple[tuple[str, ...], int]:
    """The mode-dependent modules that are in evaluation mode as given, and how many there are."""
    mode_dependent = [
        (name, mode)
        for (name, module), mode in zip(model.model.named_modules(), model.modes, strict=True)
        if isinstance(module, MODE_DEPENDENT)
    ]
    return tuple(name for name, mode in mode_dependent if not mode), len(mode_dependent)


def grows(setup: TorchConfiguration, rows: Batch, seed: int) -> bool:
    """Whether the same rows twice have twice the loss: it adds up, and is no mean over them."""
    model, losses = TorchModel(setup, seed), []
    twice = Batch(np.concatenate([rows.x, rows.x]), np.concatenate([rows.y, rows.y]))
    for batch in (rows, twice):
        with model.looking(1), torch.no_grad():
            inputs, targets = model.unpacked(batch)
            losses.append(float(model.lost(model.criterion, call(model.model, inputs), targets)))
    once, both = losses
    return bool(np.isfinite(once) and once != 0 and np.isclose(both, 2 * once, rtol=1e-3))


def _short_run(
    setup: TorchConfiguration, batch: Batch, seed: int
) -> tuple[TorchModel, list[float], tuple[str, int | None]]:
    model = TorchModel(setup, seed)
    trace = model.train(batch, Plan(UPDATES))
    bad = ("", None) if trace.first_bad is None else (trace.first_bad.layer, trace.first_bad.step)
    return model, trace.loss.tolist(), bad


def _largest(model: TorchModel, batch: Batch) -> float:
    """The outputs' largest size."""
    return float(np.abs(model.outputs(batch.sample(1000))).max())


def _training_loss(model: TorchModel, batch: Batch) -> float:
    """The loss as training sees it, dropout and all, on rows that evaluation gets too."""
    rows = batch.sample(1000)
    with model.looking(len(rows)), torch.no_grad():
        model.as_given()
        inputs, targets = model.unpacked(rows)
        return float(model.lost(model.mean_loss, call(model.model, inputs), targets))
