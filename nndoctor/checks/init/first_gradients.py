"""ND311: do the first gradients reach every layer, at a size that does something?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array, Batch, HasGradients, Trainable, frozen_layers
from ..check import Check
from ..measures.arrays_by_layer import by_layer

VANISHING = ("vanishing_gradient", "init_too_small", "saturated_activation", "target_not_scaled")
EXPLODING = ("exploding_gradient", "init_too_large", "input_not_normalised")
LARGER = "he_normal before relu, xavier before tanh; fewer layers, batch norm, scaled targets"
SMALLER = "smaller initial weights, scaled inputs and targets; clip_norm holds single steps back"


@dataclass(frozen=True)
class LayerGradient:
    """Norms of one layer's first gradient and weights, and what is judged of them.

    `influence`: |gradient| |weights| / loss; a norm's gain and shift count where they have more.
    `pull`: |gradient| over |weights|, or over what LeCun's initialiser draws where that is more.
    `waits`: its gradient is zero only because a layer above starts at zero and is about to leave.
    """

    layer: str
    gradient: float
    weights: float
    influence: float
    pull: float = 0.0
    waits: bool = False


@dataclass(frozen=True)
class FirstGradients(Check):
    """## What it does
    Takes the gradient of the data loss on a fixed probe set, layer by layer, before any update.
    What is judged is a layer's influence, |gradient| |weights| / loss: by how many percent the
    loss moves when the layer's weights move by one percent. Unlike the bare norm it does not
    depend on the scale of the loss, and is the same for all layers of a healthy ReLU network.
    Also its pull, |gradient| / |weights|: how far plain descent moves the weights at a rate of 1.

    ## Why it matters
    A layer without gradient stays as it was initialised. One of tiny influence learns nothing in
    the time available; one of huge influence makes the loss jump with every step.

    ## What to do
    Vanishing: the initialiser that fits the activation, ReLU instead of sigmoid, fewer layers,
    batch norm. Exploding: smaller weights, scaled inputs and targets, the mean instead of the sum
    over rows, clip_norm. Zero everywhere: a softmax
    over one unit, outputs that are saturated, or dead units.

    ## Source
    Euler's theorem on homogeneous functions: <gradient, weights> is one number in every layer of a
    ReLU network. Thresholds: a healthy update is 1e-3 of the weights (CS231n notes); at 1e-4 it
    moves the loss by 1e-7 of itself, float32's resolution, at 1e3 by all of it. Errors a factor of
    100 further. A pull of 1e3: at a rate of 1e-3 a step is as long as the weights.
    Glorot & Bengio 2010, AISTATS, for gradients that shrink from layer to layer.
    """

    code: str = "ND311"
    name: str = "first-gradients"

    vanishing: float = 1e-4
    vanished: float = 1e-6
    exploding: float = 1e3
    exploded: float = 1e5
    pull: float = 1e3

    def measure(
        self, setup: Trainable, batch: Batch, seed: int = 0
    ) -> tuple[float, tuple[LayerGradient, ...]]:
        """The data loss as training adds it up, and each layer; none where the model can't tell."""
        model = setup.fresh(seed)
        if not isinstance(model, HasGradients):
            return np.nan, ()
        cost = model.cost(batch, regularised=False)
        gradients = by_layer(model.gradients(batch, regularised=False))
        kept = frozen_layers(model)
        weights = {k: w for k, w in by_layer(model.parameters()).items() if k not in kept}
        seen: list[LayerGradient] = []
        opens = False  # whether a layer above is all zero, yet gets a gradient
        for layer in reversed(weights):
            one = _measured(layer, weights[layer], gradients[layer], abs(cost))
            seen.append(replace(one, waits=opens and one.gradient == 0))
            opens = opens or (one.weights == 0 and one.gradient > 0)
        return cost, tuple(reversed(seen))

    def judge(self, cost: float, seen: Sequence[LayerGradient]) -> Finding:
        """By the first of the worst layers."""
        if not seen:
            return self.skip("this model does not show its gradients")
        if cost == 0:
            return self.skip("the loss is 0 before training, so no gradient is expected")
        rated = [(self._rate(cost, one), one) for one in seen]
        status, worst = max(rated, key=lambda pair: pair[0].severity)
        fine, ill = status is Status.OK, sum(verdict is not Status.OK for verdict, _ in rated)
        what, causes, advice = self._told(cost, worst)
        if fine:
            low, high = min(one.influence for one in seen), max(one.influence for one in seen)
            what = f"every layer has influence, {low:.2g} to {high:.2g}"
            if any(one.waits for one in seen):
                what = "a layer of zeros holds gradients back, but it gets one itself"
        rows = tuple((o.layer, o.gradient, o.weights, o.pull, o.influence, v) for v, o in rated)
        heads = ("layer", "gradient norm", "weight norm", "pull", "influence", "verdict")
        caption = (
            "pull: gradient over weights; influence: percent of the loss for one percent of them"
        )
        return self.finding(
            status,
            what
            if fine
            else f"{worst.layer}: {what}" + f"; {ill} of {len(rated)} layers" * (ill > 1),
            measured=worst.influence,
            threshold=f"influence from {self.vanishing:g} to {self.exploding:g}, an error below "
            f"{self.vanished:g} or above {self.exploded:g}; pull up to {self.pull:g}",
            source="an update of 1e-3 of the weights is to move the loss, but not by all of it",
            where=Where() if fine else Where(layer=worst.layer),
            suggests=() if fine else causes,
            advice="" if fine else advice,
            evidence=(Table("first gradients", heads, rows, caption),),
        )

    def _rate(self, cost: float, one: LayerGradient) -> Status:
        if one.waits:
            return Status.OK
        if not (np.isfinite(cost) and self.vanished <= one.influence <= self.exploded):
            return Status.ERROR
        fine = self.vanishing <= one.influence <= self.exploding and one.pull <= self.pull
        return Status.OK if fine else Status.WARNING

    def _told(self, cost: float, one: LayerGradient) -> tuple[str, tuple[str, ...], str]:
        """What is wrong, its causes and what to do."""
        if not np.isfinite(cost):
            return f"the loss is {cost}, so there is no gradient", EXPLODING, SMALLER
        if one.gradient == 0:
            told = "look at what follows: saturated outputs, a softmax over one unit, dead units"
            return "its gradient is zero", ("vanishing_gradient", "dead_relu"), told
        if one.pull > self.pull:
            causes = ("exploding_gradient", "target_not_scaled", "input_not_normalised")
            return f"its gradient is {one.pull:.2g} times as large as its weights", causes, SMALLER
        moves = f"a change of its weights by 1 % moves the loss by {one.influence:.2g} %"
        if one.influence < self.vanishing:
            return f"vanishing: {moves}", VANISHING, LARGER
        return f"exploding: {moves}", EXPLODING, SMALLER


def _measured(
    layer: str, arrays: Mapping[str, Array], gradients: Mapping[str, Array], loss: float
) -> LayerGradient:
    size, g = _norm(arrays["weights"]), _norm(gradients["weights"])
    lecun = float(np.sqrt(arrays["weights"].shape[-1]))  # n m weights of variance 1/n
    # weights that are all zero will grow to about that
    reach = [g * (size if size != 0 else lecun)]
    reach += [
        _norm(array) * _norm(gradients[kind])
        for kind, array in arrays.items()
        if kind not in ("weights", "bias")
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        influence = float(np.divide(np.max(reach), loss))
    return LayerGradient(layer, g, size, influence, float(np.divide(g, np.fmax(size, lecun))))


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))
