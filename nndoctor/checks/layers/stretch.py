"""ND613: do the weights of a deep stack stretch or shrink what passes?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Batch, HasActivations, HasGradients, HasPenalty, Model
from ..check import Check
from ..measures.singular_values import singular_values

# largest slope of each activation, and the root mean square of it over a unit normal input
SLOPES = {
    "linear": (1.0, 1.0),
    "relu": (1.0, float(np.sqrt(0.5))),
    "leaky_relu": (1.0, float(np.sqrt(0.5))),
    "sigmoid": (0.25, 0.0),
    "tanh": (1.0, 0.0),
    "softsign": (1.0, 0.0),
}


@dataclass(frozen=True)
class Stretch:
    """A hidden layer: its extreme singular values, the stretch of a direction taken at random."""

    layer: str
    activation: str
    largest: float
    typical: float
    smallest: float


@dataclass(frozen=True)
class StackStretch(Check):
    """## What it does
    Takes the singular values of each hidden layer's weights, its stretch factors, and multiplies
    them through the stack: the largest with the activation's largest slope bound how much of a
    difference between rows can arrive; their root mean square says how much a random one grows.

    ## Why it matters
    A little below one in each layer vanishes with depth, a little above explodes, and gradients go
    the same way back through the same matrices.

    ## What to do
    Initialise for the activation (he_normal, xavier, orthogonal), or batch norm.

    ## Source
    Saxe et al. 2014, arXiv:1312.6120; the lectures' W^L. A thousand: as ND609's ratio.
    """

    least: ClassVar = {"depth": 2}

    code: str = "ND613"
    name: str = "stack-stretch"

    shrinks: float = 1e-3
    grows: float = 1e3
    depth: int = 3  # hidden layers: fewer are no deep stack

    def measure(self, model: Model, batch: Batch) -> tuple[Stretch, ...] | str:
        """The hidden layers, or why they can't be judged."""
        if not isinstance(model, HasPenalty) or not isinstance(model, HasActivations):
            return "the model does not show its weights"
        if isinstance(model, HasGradients) and any("gain" in name for name in model.parameters()):
            return "normalised layers set their own scale"
        layers = [one for one in model.activations(batch.sample(2)) if not one.is_output]
        foreign = [one.activation for one in layers if one.activation not in SLOPES]
        if foreign:
            return f"the slope of {foreign[0]} is not known here"
        weights, found = model.weights(), []
        for one in layers:
            values, w = singular_values(weights[one.name]), weights[one.name]
            typical = np.linalg.norm(values) / np.sqrt(len(w))
            found.append(
                Stretch(
                    one.name, one.activation, float(values[0]), float(typical), float(values[-1])
                )
            )
        return tuple(found)

    def judge(self, seen: Sequence[Stretch] | str) -> Finding:
        """A warning where nothing can arrive, or where what arrives is a thousandfold."""
        if isinstance(seen, str):
            return self.skip(seen)
        if len(seen) < self.depth:
            return self.skip(
                f"a deep stack has {self.depth} hidden layers or more, this network {len(seen)}"
            )
        inner = seen[1:]  # the first sees the inputs, whose scale is another matter
        bound = prod(one.largest * SLOPES[one.activation][0] for one in inner)
        growth = prod(one.typical * SLOPES[one.activation][1] for one in inner)
        fine = bound >= self.shrinks and growth <= self.grows
        told = (
            f"through {len(inner)} layers a difference grows at most {bound:.2g} times"
            if bound < self.shrinks
            else f"through {len(inner)} layers a random difference grows {growth:.2g} times"
        )
        if fine:
            told = f"stretch of the stack between {growth:.2g} (random) and {bound:.2g} (at most)"
        worst = (
            min(inner, key=lambda one: one.largest)
            if bound < self.shrinks
            else max(inner, key=lambda one: one.typical)
        )
        rows = tuple((o.layer, o.largest, o.typical, o.smallest) for o in seen)
        return self.finding(
            Status.OK if fine else Status.WARNING,
            told,
            measured=bound if bound < self.shrinks else growth,
            expected=1.0,
            threshold=f"at most {self.grows:g} times for a random direction, at least "
            f"{self.shrinks:g} for the best",
            source="Saxe et al. 2014, arXiv:1312.6120",
            where=Where() if fine else Where(layer=worst.layer),
            suggests=()
            if fine
            else ("vanishing_gradient", "init_too_small")
            if bound < self.shrinks
            else ("exploding_gradient", "init_too_large"),
            advice="" if fine else "initialise for the activation, or batch norm",
            evidence=()
            if fine
            else (Table("singular values", ("layer", "largest", "rms", "smallest"), rows),),
        )
