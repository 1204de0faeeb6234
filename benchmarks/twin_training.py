"""How a recipe trains, in PyTorch: the function that makes its optimizer, and its step."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from twin_modules import Unsayable

from nndoctor.adapters.mlp import MLP
from nndoctor.engine.optimizers import OPTIMIZERS
from nndoctor.engine.schedules import SCHEDULES

Settings = Mapping[str, Any]


def optimizer_of(mlp: MLP, rows: int) -> Callable[[Any], torch.optim.Optimizer]:
    """From parameters to an optimizer with its schedule. Raises Unsayable."""
    name, schedule = mlp.optimizer.name, SCHEDULES[mlp.schedule]
    own = OPTIMIZERS[name].settings if name in OPTIMIZERS else ()
    given = {one.name: one.default for one in own} | dict(mlp.optimizer_settings)
    if name not in KINDS or mlp.weight_decay:
        raise Unsayable(f"the optimizer {name} with these settings is not translated")
    if schedule.absolute or schedule.watches_loss:
        raise Unsayable(f"the schedule {mlp.schedule} is not translated")
    make, settings = KINDS[name]
    return partial(_optimizer, mlp, rows, partial(make, lr=mlp.rate, **settings(given)))


def _of_adam(given: Settings) -> Settings:
    return {"betas": (given["beta1"], given["beta2"]), "eps": given["eps"]}


KINDS: Mapping[str, tuple[Any, Callable[[Settings], Settings]]] = {
    "adam": (torch.optim.Adam, _of_adam),
    "adamw": (torch.optim.AdamW, _of_adam),
    "rmsprop": (torch.optim.RMSprop, lambda given: {"alpha": given["rho"], "eps": given["eps"]}),
    "adagrad": (torch.optim.Adagrad, lambda given: {"eps": given["eps"]}),
    "sgd": (
        torch.optim.SGD,
        lambda given: {"momentum": given["momentum"], "nesterov": bool(given["nesterov"])},
    ),
}


def _optimizer(mlp: MLP, rows: int, make: Any, parameters: Any) -> torch.optim.Optimizer:
    """A squared penalty on a layer's weights is their weight decay, a group for each strength."""
    held = list(parameters)
    weights = iter([one.l2 for one in mlp.layers if one.linear])
    groups: dict[float, list[Any]] = {}
    for parameter in held:
        groups.setdefault(next(weights) if parameter.dim() > 1 else 0.0, []).append(parameter)
    told = [{"params": some, "weight_decay": cost} for cost, some in groups.items()]
    made: torch.optim.Optimizer = make(told if any(groups) else held)
    if mlp.schedule != "constant" or mlp.warmup:
        factor = partial(_factor, mlp, rows)
        schedule = torch.optim.lr_scheduler.LambdaLR(made, factor)
        made.register_step_post_hook(lambda *_: schedule.step())
    return made


def _factor(mlp: MLP, rows: int, update: int) -> float:
    """Of the rate, at this update."""
    return float(mlp.rates(update, 1, rows, min(mlp.batch_size, rows))[0] / mlp.rate)


def step_of(mlp: MLP) -> Callable[..., torch.Tensor] | None:
    """A step of the user's own for weights that cost their absolute value; None for the usual."""
    costs = [one.l1 for one in mlp.layers if one.linear]
    return partial(_penalised_step, costs) if any(costs) else None


def _penalised_step(
    costs: Sequence[float], model: Any, loss: Any, optimizer: Any, inputs: Any, targets: Any
) -> torch.Tensor:
    optimizer.zero_grad()
    value: torch.Tensor = loss(model(inputs), targets)
    weights = [p for p in model.parameters() if p.dim() > 1]
    penalty = sum(cost * w.abs().sum() for cost, w in zip(costs, weights, strict=True))
    (value + penalty).backward()
    optimizer.step()
    return value
