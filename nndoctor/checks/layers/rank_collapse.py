"""ND612: do a layer's outputs still span the directions that the answer needs?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Batch, HasValues, Model, Task
from ..check import Check
from ..measures.singular_values import effective_rank

ROWS = 256  # whose outputs are decomposed: enough for as many directions


@dataclass(frozen=True)
class Ranks:
    """Effective rank of each hidden layer's outputs with its width, and that of the targets."""

    layers: tuple[tuple[str, int, float], ...]
    targets: float


@dataclass(frozen=True)
class RankCollapse(Check):
    """## What it does
    Computes the effective rank of each hidden layer's outputs on the probe rows, and compares it
    with that of the targets: C balanced classes need C - 1 directions.

    ## Why it matters
    Deep layers without normalisation pull all rows onto one line; a layer below the rank of the
    targets can't represent them. That the last layers of a trained network come down to just what
    the targets need is no collapse.

    ## What to do
    In three layers or more: batch norm, fewer layers, ReLU with he_normal. Where there are fewer,
    or the first one collapses, depth is not at fault: look for dead or saturated units. For trained
    layers a smaller learning rate.

    ## Source
    Roy & Vetterli 2007 (effective rank); Daneshmand et al. 2020, arXiv:2003.01652 (collapse with
    depth); Papyan et al. 2020, arXiv:2008.08186 (C - 1 directions at the end of training).
    """

    code: str = "ND612"
    name: str = "rank-collapse"

    share: float = 0.5  # of the targets' rank: entropy counts weak directions for less than one
    depth: int = 3  # hidden layers: fewer are no deep stack

    def measure(self, model: Model, task: Task, batch: Batch) -> Ranks | None:
        """None where the model does not show its values."""
        if not isinstance(model, HasValues):
            return None
        rows = batch.sample(ROWS)
        values = list(model.values(rows).items())[:-1]
        targets = rows.y
        if task.encoding == "class":
            one_hot = rows.y[:, :, None] == np.unique(rows.y)
            targets = one_hot.reshape(len(rows), -1).astype(np.float64)
        layers = tuple((name, a.shape[1], effective_rank(a)) for name, a in values)
        return Ranks(layers, effective_rank(targets))

    def judge(self, seen: Ranks | None, overshot: bool = False) -> Finding:
        """A warning below the share; an error where a layer answers all rows alike.

        `overshot`: whether the run's loss climbed under too high a rate, which may have done it.
        """
        if seen is None:
            return self.skip("the model does not show what its layers put out")
        if not seen.layers:
            return self.skip("there is no hidden layer")
        needs = [min(seen.targets, float(units)) for _, units, _ in seen.layers]
        ratios = [
            rank / need if need > 0 else 1.0
            for (_, _, rank), need in zip(seen.layers, needs, strict=True)
        ]
        at = int(np.argmin([-np.inf if np.isnan(r) else r for r in ratios]))
        (name, units, rank), ratio = seen.layers[at], ratios[at]
        status = Status.ERROR
        if ratio >= self.share:
            status = Status.OK
        elif ratio > 0:
            status = Status.WARNING
        if np.isnan(rank):
            return self.finding(
                Status.ERROR,
                f"{name}: its outputs are NaN or infinite",
                where=Where(layer=name),
                threshold="finite outputs",
                advice="a smaller learning rate: `nndoctor lr-sweep` finds one",
            )
        deep = len(ratios) >= self.depth and ratios[0] >= self.share
        told = f"{name}: its {units} units span {rank:.2g} directions, the targets {needs[at]:.2g}"
        return self.finding(
            status,
            told if rank != 0 else f"{name}: it outputs the same for all rows",
            measured=rank,
            expected=needs[at],
            threshold=f"at least {self.share:.0%} of the targets' effective rank",
            source="Roy & Vetterli 2007; Daneshmand et al. 2020, arXiv:2003.01652",
            where=Where(layer=name),
            suggests=() if status is Status.OK else _suggested(deep),
            advice=""
            if status is Status.OK
            else "a smaller learning rate first: `nndoctor lr-sweep` finds one"
            if overshot
            else "batch norm, fewer layers, or relu and he_normal"
            if deep
            else "look for dead or saturated units, and for weights that are all equal; batch norm",
            evidence=() if status is Status.OK else (_table(seen.layers),),
        )


def _suggested(deep: bool) -> tuple[str, ...]:
    if deep:
        return ("too_deep", "vanishing_gradient", "dead_relu")
    return ("dead_relu", "saturated_activation", "init_constant")


def _table(layers: Sequence[tuple[str, int, float]]) -> Table:
    rows = tuple(sorted(layers, key=lambda row: row[2]))
    return Table("effective rank", ("layer", "units", "directions"), rows)
