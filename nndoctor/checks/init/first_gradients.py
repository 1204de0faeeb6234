"""ND311: do the first gradients reach every layer, at a size that does something?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array, Batch, HasGradients, Trainable
from ..check import Check
from .arrays import by_layer


@dataclass(frozen=True)
class LayerGradient:
    """Norms of one layer's first gradient and weights; `influence` is their product over the loss.

    `waits`: its gradient is zero only because a layer above starts at zero and is about to leave.
    """

    layer: str
    gradient: float
    weights: float
    influence: float
    waits: bool = False


@dataclass(frozen=True)
class FirstGradients(Check):
    """## What it does
    Takes the gradient of the data loss on a fixed probe set, layer by layer, before any update.
    What is judged is a layer's influence, |gradient| |weights| / loss: by how many percent the
    loss moves when the layer's weights move by one percent. Unlike the bare norm it does not
    depend on the scale of the loss, and is the same for all layers of a healthy ReLU network.

    ## Why it matters
    A layer without gradient stays as it was drawn. One of tiny influence learns nothing in the
    time there is; one of huge influence throws the loss about with every step.

    ## What to do
    Vanishing: the initialiser that fits the activation, ReLU instead of sigmoid, fewer layers,
    batch norm. Exploding: smaller weights, scaled inputs, clip_norm. Zero everywhere: a softmax
    over one unit, outputs that are saturated, or dead units.

    ## Source
    Euler's theorem on homogeneous functions: <gradient, weights> is one number in every layer of a
    ReLU network. Thresholds: a healthy update is 1e-3 of the weights (CS231n notes); at 1e-4 it
    moves the loss by 1e-7 of itself, float32's resolution, at 1e3 by all of it. Errors a factor of
    100 further. Glorot & Bengio 2010, AISTATS, for gradients that shrink from layer to layer.
    """

    code: str = "ND311"
    name: str = "first-gradients"

    vanishing: float = 1e-4
    vanished: float = 1e-6
    exploding: float = 1e3
    exploded: float = 1e5

    def measure(
        self, setup: Trainable, batch: Batch, seed: int = 0
    ) -> tuple[float, tuple[LayerGradient, ...]]:
        """The data loss as training adds it up, and each layer; none where the model can't tell."""
        model = setup.fresh(seed)
        if not isinstance(model, HasGradients):
            return np.nan, ()
        cost = model.cost(batch, regularised=False)
        gradients = by_layer(model.gradients(batch, regularised=False))
        weights = by_layer(model.parameters())
        seen: list[LayerGradient] = []
        opens = False  # whether a layer above is all zero, yet gets a gradient
        for layer in reversed(weights):
            w, g = weights[layer]["weights"], _norm(gradients[layer]["weights"])
            size = _norm(w)
            # where all weights are zero, LeCun's 1/sqrt(fan_in) says what they will grow to
            scale = size if size != 0 else np.sqrt(w.shape[-1])
            with np.errstate(divide="ignore", invalid="ignore"):
                influence = float(np.divide(g * scale, abs(cost)))
            seen.append(LayerGradient(layer, g, size, influence, opens and g == 0))
            opens = opens or (size == 0 and g > 0)
        return cost, tuple(reversed(seen))

    def judge(self, cost: float, seen: Sequence[LayerGradient]) -> Finding:
        """By the first of the worst layers."""
        if not seen:
            return self.skip("this model does not show its gradients")
        if cost == 0:
            return self.skip("the loss is 0 before training, so no gradient is to be expected")
        rated = [(self._rate(cost, one), one) for one in seen]
        status, worst = max(rated, key=lambda pair: pair[0].severity)
        ill = sum(verdict is not Status.OK for verdict, _ in rated)
        rows = tuple((o.layer, o.gradient, o.weights, o.influence, v) for v, o in rated)
        heads = ("layer", "gradient norm", "weight norm", "influence", "verdict")
        caption = "influence: percent of the loss for one percent of the weights"
        told = f"{worst.layer}: {self._told(cost, worst)}"
        more = f"; {ill} of {len(rated)} layers" * (ill > 1)
        low, high = min(one.influence for one in seen), max(one.influence for one in seen)
        reach = f"every layer has influence, {low:.2g} to {high:.2g}"
        waiting = any(one.waits for one in seen)
        fine = "gradients wait for a layer of zeros, which gets one" if waiting else reach
        vanishing = worst.influence < 1
        return self.finding(
            status,
            fine if status is Status.OK else told + more,
            measured=worst.influence,
            threshold=f"influence from {self.vanishing:g} to {self.exploding:g}, an error below "
            f"{self.vanished:g} or above {self.exploded:g}",
            source="an update of 1e-3 of the weights is to move the loss, but not by all of it",
            where=Where() if status is Status.OK else Where(layer=worst.layer),
            suggests=() if status is Status.OK else _causes(vanishing),
            advice="" if status is Status.OK else _advice(worst),
            evidence=(Table("first gradients", heads, rows, caption),),
        )

    def _rate(self, cost: float, one: LayerGradient) -> Status:
        if one.waits:
            return Status.OK
        if not (np.isfinite(cost) and self.vanished <= one.influence <= self.exploded):
            return Status.ERROR
        fine = self.vanishing <= one.influence <= self.exploding
        return Status.OK if fine else Status.WARNING

    def _told(self, cost: float, one: LayerGradient) -> str:
        if not np.isfinite(cost):
            return f"the loss is {cost}, so there is no gradient"
        if one.gradient == 0:
            return "its gradient is zero"
        what = "vanishing" if one.influence < 1 else "exploding"
        return f"{what}: a change of its weights by 1 % moves the loss by {one.influence:.2g} %"


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))


def _causes(vanishing: bool) -> tuple[str, ...]:
    if vanishing:
        return "vanishing_gradient", "init_too_small", "saturated_activation", "target_not_scaled"
    return "exploding_gradient", "init_too_large", "input_not_normalised"


def _advice(one: LayerGradient) -> str:
    if one.gradient == 0:
        return "look at what follows it: saturated outputs, a softmax over one unit, dead units"
    if one.influence < 1:
        return "he_normal before relu, xavier before tanh; fewer layers, batch norm, scaled targets"
    return "smaller initial weights and standardised inputs; clip_norm holds single steps back"
