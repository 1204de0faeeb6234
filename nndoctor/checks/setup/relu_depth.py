"""ND208: is the stack of narrow ReLU layers likely to be dead from the start?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ..measures.design import Design
from .setup_check import Fault, SetupCheck

ROWS = 100
MOST = 64  # units drawn: layers as wide are never all off by chance
STREAM = 0x2D0  # always the same, so that the answer depends on the widths alone


@dataclass(frozen=True)
class BornDead:
    """Share of starts in which some layer is off for every row, and the widths of the layers."""

    share: float
    widths: tuple[int, ...]


@dataclass(frozen=True)
class ReluDepth(SetupCheck):
    """## What it does
    Draws the hidden ReLU layers many times with symmetric weights and no bias, sends standard
    normal rows through, and counts the starts in which all rows give the same output. The scale of
    the weights does not matter. A bound comes first, 1 - product of (1 - 2^-units): where it is
    low, nothing is drawn.

    ## Why it matters
    A layer whose units are all off passes nothing on, neither forward nor back. Each unit is off
    with probability one half, so this happens often in narrow layers, and more often the deeper the
    network. Training can't leave such a start: it fails on some seeds and not on others.

    ## What to do
    Wider or fewer layers, activation = "leaky_relu" or "elu", or batch_norm = true.

    ## Source
    Lu, Shin, Su and Karniadakis 2019, Dying ReLU and Initialization, arXiv 1903.06733: a network
    born dead, and the bound.
    """

    code: str = "ND208"
    name: str = "relu-depth"

    warning: float = 0.1  # one start in ten: more than seeds are usually tried
    noted: float = 0.03
    starts: int = 400  # a share of 0.1 is then known to 0.015

    def skips(self, design: Design) -> str:
        """Only relu is off on a whole side."""
        some = any(layer.activation == "relu" for layer in design.hidden)
        return "" if some else "there is no hidden relu layer"

    def measure(self, design: Design) -> BornDead:
        """Over the hidden relu layers without a normalisation."""
        layers = [x for x in design.unnormalised if x.activation == "relu"]
        widths = tuple(layer.units for layer in layers)
        if not 1 - np.prod([1 - 2.0**-units for units in widths]) >= self.noted:
            return BornDead(0.0, widths)
        inputs = min(layers[0].inputs, MOST)
        return BornDead(_born_dead(inputs, widths, self.starts), widths)

    def judge(self, seen: BornDead) -> Finding:
        """By the share of starts that can't learn."""
        faults = []
        if not seen.share < self.noted:
            status = Status.NOTE if seen.share < self.warning else Status.WARNING
            told = (
                f"{len(seen.widths)} relu layers, the narrowest with {min(seen.widths)} units: in "
            )
            told += f"{seen.share:.0%} of starts all rows give the same output"
            causes = ("dead_relu", "too_deep", "capacity_too_small")
            advice = 'wider or fewer layers, activation = "leaky_relu", or batch_norm = true'
            faults.append(Fault(status, told, causes, advice))
        return self.answer(
            faults,
            f"{seen.share:.1%} of starts are dead",
            measured=seen.share,
            threshold=f"a warning from {self.warning:.0%} of starts on, a note from "
            f"{self.noted:.0%}",
            source="Lu et al. 2019, arXiv 1903.06733",
        )


def _born_dead(inputs: int, widths: tuple[int, ...], starts: int) -> float:
    rng, dead = np.random.default_rng(STREAM), 0
    for _ in range(starts):
        rows = rng.standard_normal((ROWS, inputs))
        for units in widths:
            weights = rng.standard_normal((rows.shape[1], min(units, MOST)))
            rows = np.maximum(rows @ weights / np.sqrt(rows.shape[1]), 0)
        dead += not (np.ptp(rows, axis=0) > 0).any()
    return dead / starts
