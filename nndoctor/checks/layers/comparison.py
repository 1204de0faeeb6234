"""ND307: which initialiser keeps the signal alive?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...findings import Cell, Finding, Status, Table
from ...trainable import LayerStats
from ..check import Check
from .layer_check import LayerCheck


@dataclass(frozen=True)
class InitComparison(Check):
    """## What it does
    Starts the same network with several initialisers and shows the statistics of each layer's
    output side by side.

    ## Why it matters
    Weights too small make signals and gradients fade from layer to layer, too large saturate or
    explode them. The right scale depends on the activation.

    ## What to do
    Take one that stays level through all layers.

    ## Source
    CS231n lecture 5 (2016), weight initialisation; Glorot & Bengio 2010; He et al. 2015.
    """

    code: str = "ND307"
    name: str = "initialisers-compared"

    def judge(
        self, seen: Mapping[str, Sequence[LayerStats]], pathologies: Sequence[LayerCheck]
    ) -> Finding:
        """Each initialiser by the checks of untrained layers."""
        if not seen:
            return self.skip("interrupted before the first initialiser")
        verdicts = {init: _worst(stats, pathologies) for init, stats in seen.items()}
        sound = [init for init, found in verdicts.items() if found is None]
        told = (
            f"signals stay alive with {', '.join(sound)}" if sound else "none keeps signals alive"
        )
        rows = tuple(
            (init, found.status if found else Status.OK, _reason(found))
            for init, found in verdicts.items()
        )
        return self.finding(
            Status.OK if sound else Status.WARNING,
            told,
            threshold="as ND303 to ND306",
            source="CS231n lecture 5 (2016)",
            evidence=(
                _side_by_side("standard deviation of each layer's output", seen, "std"),
                _side_by_side("share of zeros", seen, "zeros"),
                _side_by_side("share saturated", seen, "saturated"),
                Table("verdicts", ("initialiser", "verdict", "reason"), rows),
            ),
        )


def _worst(stats: Sequence[LayerStats], checks: Sequence[LayerCheck]) -> Finding | None:
    found = [check.judge(stats) for check in checks]
    bad = [one for one in found if one.status.severity >= Status.WARNING.severity]
    return max(bad, key=lambda one: one.status.severity, default=None)


def _reason(found: Finding | None) -> str:
    return f"{found.name}: {found.message}" if found else "level through all layers"


def _side_by_side(name: str, seen: Mapping[str, Sequence[LayerStats]], field: str) -> Table:
    layers = [layer.name for layer in next(iter(seen.values()))]
    rows: list[tuple[Cell, ...]] = []
    for index, layer in enumerate(layers):
        values = [getattr(stats[index], field) for stats in seen.values()]
        shares = [f"{v:.1%}" if v is not None and field != "std" else v for v in values]
        rows.append((layer, *shares))
    return Table(name, ("layer", *seen), tuple(rows))
