"""ND309: are the first weights of the size that the activation needs?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import HasWeights, LayerPlan, LayerStats, Trainable
from ..check import Check

# Half of the signal's square is lost at a ReLU, which He's factor of 2 makes up for.
RELU_KIN = frozenset(
    {
        "relu",
        "leaky_relu",
        "prelu",
        "elu",
        "gelu",
        "gelu_tanh",
        "silu",
        "mish",
        "softplus",
        "maxout",
    }
)


@dataclass(frozen=True)
class Scale:
    """A hidden layer's weights: their root mean square, and the one its activation asks for.

    `least` and `most`: what Glorot's, LeCun's and He's initialisers would draw.
    """

    plan: LayerPlan
    measured: float
    fitting: float
    least: float
    most: float

    @property
    def free(self) -> bool:
        """Whether the size does not matter, or is not to be judged by the fan-in."""
        return bool(self.plan.norm) or self.plan.fitted

    @property
    def ratio(self) -> float:
        """Measured over fitting."""
        return self.measured / self.fitting


@dataclass(frozen=True)
class WeightScale(Check):
    """## What it does
    Compares the size of each hidden layer's first weights with that of the initialiser that fits
    its activation: He for ReLU and its kin, sqrt(2/n), Glorot for all others, sqrt(2/(n + m)).
    What Glorot, LeCun or He would draw passes, whatever the activation, unless small misfits add
    up over the layers. Layers with a norm are not judged, for it undoes the scale.

    ## Why it matters
    Too small, and the signal fades from layer to layer; too large, and it saturates or explodes.

    ## What to do
    init = "he_normal" for ReLU and its kin, "xavier" or "glorot_uniform" for tanh and sigmoid, or
    a norm.

    ## Source
    Glorot & Bengio 2010, AISTATS; He et al. 2015, arXiv:1502.01852; LeCun et al. 1998, Efficient
    BackProp. A factor of two to either side: peers warn from there on. A factor of ten for the
    signal: as ND303 and ND304.
    """

    code: str = "ND309"
    name: str = "weight-scale"

    factor: float = 2.0
    signal: float = 10.0  # by how much it may fade or grow from the inputs to the last hidden layer
    saturated: float = 0.5  # share of a layer

    def measure(
        self, setup: Trainable, plans: Sequence[LayerPlan], seed: int = 0
    ) -> tuple[Scale, ...] | None:
        """The hidden layers with weights; None where the model shows no weights."""
        model = setup.fresh(seed)
        if not isinstance(model, HasWeights):
            return None
        weights, seen = model.weights(), []
        for plan in plans:
            if plan.is_output or plan.name not in weights:
                continue
            w = weights[plan.name]
            inputs, outputs = w.shape
            he, glorot, lecun = np.sqrt([2 / inputs, 2 / (inputs + outputs), 1 / inputs])
            fitting = he if plan.activation in RELU_KIN else glorot
            size = float(np.sqrt(np.square(w, dtype=np.float64).mean()))
            seen.append(Scale(plan, size, float(fitting), float(min(glorot, lecun)), float(he)))
        return tuple(seen)

    def judge(self, seen: Sequence[Scale] | None, layers: Sequence[LayerStats]) -> Finding:
        """A warning where the signal suffers, else a note."""
        if seen is None:
            return self.skip("this model does not show its weights")
        judged = [one for one in seen if not one.free]
        if not judged:
            return self.skip("no hidden layer, or their scale is made up for by norms or the data")
        off = [one for one in judged if not self._usual(one)]
        piled = float(np.prod([one.ratio for one in judged[1:]]))
        worst = off[0] if off else max(judged, key=_far)
        harm = self._harm(worst.ratio, layers)
        adds_up = not off and not 1 / self.signal <= piled <= self.signal and bool(harm)
        status = Status.OK
        if off or adds_up:
            status = Status.WARNING if harm else Status.NOTE
        fine = status is Status.OK
        return self.finding(
            status,
            f"weight sizes within a factor of {np.exp(_far(worst)):.2g} of the right one"
            if fine
            else f"{worst.plan.name}: weights of size {worst.measured:.3g}, "
            f"{worst.ratio:.2g} times that of {_name(worst)} before {worst.plan.activation}"
            + f", {piled:.2g} times over all layers" * adds_up
            + f"; {len(off)} of {len(judged)} hidden layers" * (len(off) > 1)
            + f"; {harm}" * bool(harm),
            measured=worst.ratio,
            expected=1.0,
            threshold=f"within {self.factor:g} times of what Glorot, LeCun or He draw, product "
            f"within {self.signal:g}; a warning where the signal fades or grows {self.signal:g} "
            f"times or {self.saturated:.0%} of a layer saturate",
            source="Glorot & Bengio 2010; He et al. 2015; LeCun et al. 1998",
            where=Where() if fine else Where(layer=worst.plan.name),
            suggests=(_cause(worst),) if status is Status.WARNING else (),
            advice="" if fine else f'init = "{_name(worst)}" there, or a norm',
            evidence=() if fine else (self._table(seen),),
        )

    def _usual(self, one: Scale) -> bool:
        return one.least / self.factor <= one.measured <= one.most * self.factor

    def _harm(self, ratio: float, layers: Sequence[LayerStats]) -> str:
        """What weights too small or too large do to the signal, where that is seen."""
        hidden = [layer for layer in layers if not layer.is_output]
        if not hidden:
            return ""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = float(np.divide(hidden[-1].row_std, hidden[0].input_std))
        stuck = max(layer.saturated or 0.0 for layer in hidden)
        small = ratio < 1
        if not (share >= 1 / self.signal if small else share <= self.signal):
            return f"the last hidden layer keeps {share:.2g} of the inputs' spread"
        return "" if small or stuck <= self.saturated else f"{stuck:.0%} of a layer are saturated"

    def _table(self, seen: Sequence[Scale]) -> Table:
        rows = tuple(
            (
                one.plan.name,
                one.plan.activation,
                one.plan.init,
                one.measured,
                _name(one),
                one.fitting,
                one.ratio,
                "not judged" if one.free else "" if self._usual(one) else "off",
            )
            for one in seen
        )
        heads = ("layer", "activation", "init", "weights", "fitting", "its size", "ratio", "remark")
        return Table("size of the first weights", heads, rows, "size: root mean square")


def _cause(one: Scale) -> str:
    return "init_too_small" if one.ratio < 1 else "init_too_large"


def _name(one: Scale) -> str:
    return "he_normal" if one.plan.activation in RELU_KIN else "glorot_uniform"


def _far(one: Scale) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nan_to_num(np.abs(np.log(one.ratio)), nan=np.inf))
