"""What can be said of a plain stack of linear layers in PyTorch without training it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..trainable import Blueprint
from .torch import TorchSetup

if TYPE_CHECKING:
    from ..adapters.torch.model import TorchModel
    from ..adapters.torch.rate_plan import RatePlan

TIMES = 10
SEEN = 16  # rows by which a penalty in the user's step is seen


def torch_blueprint(setup: TorchSetup) -> Blueprint | None:
    """Its plan; None where layers are others than linear ones, or are normalised."""
    from ..adapters.torch.modules import NORMS, weights_of
    from ..adapters.torch.own_step import penalty
    from ..adapters.torch.schedules import rates_ahead

    mine, seed = setup.trainable, setup.seed
    model, layers = mine.fresh(seed), setup.layer_plans()
    others = [
        one
        for one in model.model.modules()
        if isinstance(one, NORMS) or (weights_of(one) and type(one).__name__ != "Linear")
    ]
    if others or not layers:
        return None
    rates = np.abs(rates_ahead(mine.fresh(seed), setup.train, setup.total_updates))
    at = np.linspace(0, len(rates) - 1, TIMES).astype(np.int64)
    highest = max(float(rates.max()), np.finfo(float).tiny)
    l1, l2 = penalty(mine, setup.train.sample(SEEN), seed)
    groups = model.optimizer.param_groups
    return Blueprint(
        layers=layers,
        parameters=mine.parameters,
        optimizer=_name(model),
        rate=highest,
        settings=_settings(groups[0]),
        schedule="constant" if rates.min() == rates.max() else _schedule(mine.rate_plan),
        factors=tuple(float(rates[i]) / highest for i in at),
        batch_size=min(mine.batch_size, len(setup.train)),
        updates=setup.total_updates,
        epochs=setup.epochs,
        shuffle=mine.shuffle,
        l1=max(l1, 0.0),
        decay=max(l2, 0.0) + max(float(group.get("weight_decay") or 0.0) for group in groups),
        rows=len(setup.train),
        validation_rows=len(setup.validation) if setup.validation else 0,
    )


def _schedule(plan: "RatePlan | None") -> str:
    return "your own" if plan is None else plan.name


def _name(model: "TorchModel") -> str:
    """As recipes call it."""
    amsgrad = model.optimizer.param_groups[0].get("amsgrad")
    return "amsgrad" if amsgrad else type(model.optimizer).__name__.lower()


def _settings(group: dict[str, Any]) -> dict[str, float]:
    """As recipes call them."""
    named = {"momentum": "momentum", "dampening": "dampening", "nesterov": "nesterov"}
    named |= {"eps": "eps", "alpha": "rho", "rho": "rho", "centered": "centered"}
    found = {ours: group[theirs] for theirs, ours in named.items() if theirs in group}
    if isinstance(group.get("betas"), tuple):
        found |= dict(zip(("beta1", "beta2"), group["betas"], strict=True))
    return {name: float(value) for name, value in found.items() if isinstance(value, float | bool)}
