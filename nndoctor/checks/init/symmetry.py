"""ND308: do units start as copies of each other?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array, HasGradients, Trainable
from ..check import Check
from ..measures.arrays_by_layer import by_layer


@dataclass(frozen=True)
class Copies:
    """How many units of a hidden layer differ in what comes in, and in what comes in or goes out.

    Units that agree in both get the same gradient for ever.
    """

    layer: str
    units: int
    differ_in: int
    differ: int


@dataclass(frozen=True)
class Symmetry(Check):
    """## What it does
    Counts, in each hidden layer of the untrained network, the units that have the same incoming
    weights, bias and norm as another one, and of these the ones that also feed the next layer by
    the same weights.

    ## Why it matters
    Units that agree in all of it compute the same, get the same gradient and stay equal however
    long training goes on: a layer of them is one unit. Where only the incoming weights agree, the
    layer above alone tells them apart, and they part slowly.

    ## What to do
    Draw the weights at random (he_normal before relu, xavier before tanh). Zeros or a constant are
    fine for biases and for the output layer alone.

    ## Source
    CS231n notes, neural-networks-2, "Pitfall: all zero initialization"; Goodfellow, Bengio &
    Courville 2016, Deep Learning, section 8.4 (breaking symmetry).
    """

    code: str = "ND308"
    name: str = "symmetric-weights"

    error: float = 0.5  # share of a layer's units that copy another; random weights give none

    def measure(self, setup: Trainable, seed: int = 0) -> tuple[Copies, ...] | None:
        """Each hidden layer with more than one unit; None where the model shows no parameters."""
        model = setup.fresh(seed)
        if not isinstance(model, HasGradients):
            return None
        seen = []
        for (name, arrays), (_, above) in pairwise(by_layer(model.parameters()).items()):
            units = len(above["weights"])
            if arrays["weights"].shape[1] % units:
                continue  # what lies between them makes others of its outputs
            incoming = _of_units(arrays.values(), units)
            both = np.concatenate([incoming, above["weights"]], axis=1)
            if units > 1:
                seen.append(Copies(name, units, _distinct(incoming), _distinct(both)))
        return tuple(seen)

    def judge(self, seen: Sequence[Copies] | None) -> Finding:
        """Copies for ever are worse than copies at the start."""
        if seen is None:
            return self.skip("this model does not show its parameters")
        if not seen:
            return self.skip("there is no hidden layer of several units")
        rated = [(self._rate(one), one) for one in seen]
        status, worst = max(rated, key=lambda pair: pair[0].severity)
        if status is Status.OK:
            return self.finding(status, "no unit copies another", measured=0.0)
        stuck = worst.units - worst.differ
        count = stuck or worst.units - worst.differ_in
        fate = (
            "start as copies of others and stay that way"
            if stuck
            else "duplicate others, and only the layer above tells them apart"
        )
        rows = tuple(
            (one.layer, one.units, one.units - one.differ_in, one.units - one.differ, verdict)
            for verdict, one in rated
        )
        heads = ("layer", "units", "same incoming", "same incoming and outgoing", "verdict")
        return self.finding(
            status,
            f"{worst.layer}: {count} of {worst.units} units {fate}",
            measured=count / worst.units,
            expected=0.0,
            threshold=f"none; an error where {self.error:.0%} of a layer or more stay copies",
            source="CS231n notes, neural-networks-2",
            where=Where(layer=worst.layer),
            suggests=("init_constant",),
            advice="draw the weights at random: he_normal before relu, xavier before tanh",
            evidence=(Table("units that copy another", heads, rows),),
        )

    def _rate(self, one: Copies) -> Status:
        if one.units - one.differ >= self.error * one.units:
            return Status.ERROR
        return Status.OK if one.differ_in == one.units else Status.WARNING


def _of_units(arrays: Iterable[Array], units: int) -> Array:
    """All that belongs to each unit [n, ...]; a maxout unit has several columns, n apart."""
    columns = [array.reshape(-1, units) for array in arrays if array.size % units == 0]
    return np.concatenate(columns).T


def _distinct(rows: Array) -> int:
    return len({row.tobytes() for row in np.ascontiguousarray(rows + 0.0)})  # -0.0 is 0.0
