"""ND503: do the updates fit the weights they change?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Series, Status, Where
from ..measures.course import Course
from ..measures.update_ratios import HEALTHY, medians, ratios_of
from .course_check import CourseCheck


@dataclass(frozen=True)
class UpdateRatio(CourseCheck):
    """## What it does
    Divides the norm of each update by the norm of the weights it changes, per layer, and takes the
    median while the loss still falls. The update is the real one, after momentum, scaling and
    clipping: rate times gradient would be wrong for Adam.

    ## Why it matters
    About 1e-3 is healthy. Far below, a layer stays as it was initialised; far above, each update
    throws away what earlier ones learned.

    ## What to do
    Too small: a larger learning rate, or find out why no gradient arrives (ND609); where the loss
    rose under too high a rate, a smaller one. Too large: a smaller learning rate, or clipping.

    ## Source
    CS231n notes, neural-networks-3: "should be somewhere around 1e-3"; the lecture: 1e-2 is about
    okay. The outer band is that of TensorBoard-like monitors and DeepDiagnosis, 1e-5 to 1e-1.
    """

    needs_looks: ClassVar[bool] = True
    needs_finite: ClassVar[bool] = False

    code: str = "ND503"
    name: str = "update-ratio"

    low: float = 1e-5  # DeepDiagnosis (ICSE 2022) and others: 1e-5 to 1e-1
    high: float = 1e-1
    still: float = 1e-8  # SageMaker Debugger: not moving at all
    replaced: float = 1.0  # an update as large as what it changes

    def judge(self, seen: Course) -> Finding:
        """By the layer farthest from 1e-3.

        Where the loss climbed under too high a rate, small updates are those of layers that died of
        it: no larger rate revives them. A layer that stands still while another moves gets no
        gradient, whatever the rate.
        """
        ratios = medians(seen)
        if not ratios:
            return self.skip("all weights are zero, so nothing can be compared with them")
        layer = max(ratios, key=lambda name: _far(ratios[name]))
        ratio = ratios[layer]
        status = Status.ERROR
        if self.low <= ratio <= self.high:
            status = Status.OK
        elif self.still <= ratio <= self.replaced:
            status = Status.WARNING
        threshold = (
            f"{self.low:g} to {self.high:g}, error outside {self.still:g} to {self.replaced:g}"
        )
        facts = {
            "measured": ratio,
            "expected": HEALTHY,
            "threshold": threshold,
            "source": "CS231n notes, neural-networks-3: about 1e-3",
            "where": Where(layer=layer),
        }
        least, most = min(ratios.values()), max(ratios.values())
        if status is Status.OK:
            told = f"updates are {least:.1g} to {most:.1g} times the weight norm"
            return self.finding(status, told, **facts)
        told, suggests, advice = _read(ratio, seen.overshot, cut=ratio == 0 < most)
        return self.finding(
            status,
            f"updates are {ratio:.2g} times the weight norm in {layer}: {told}",
            **facts,
            suggests=suggests,
            advice=advice,
            evidence=(_curve(seen, layer),),
        )


def _read(ratio: float, overshot: bool, cut: bool) -> tuple[str, tuple[str, ...], str]:
    """What an odd ratio says, the causes it speaks for, and what to do."""
    if ratio < HEALTHY and overshot:
        return (
            "too small, in a run whose loss rose",
            ("learning_rate_too_high", "vanishing_gradient"),
            "no larger learning rate: the loss rose under this one (ND504), and little gradient "
            "arrives since",
        )
    if cut:
        return (
            "too small, while other layers move",
            ("vanishing_gradient",),
            "find out why no gradient arrives there (ND609)",
        )
    if ratio < HEALTHY:
        return (
            "too small",
            ("learning_rate_too_low", "vanishing_gradient"),
            "a larger learning rate, unless no gradient arrives (ND609)",
        )
    return (
        "too large",
        ("learning_rate_too_high",),
        "a smaller learning rate: `nndoctor lr-sweep` finds one",
    )


def _far(ratio: float) -> float:
    return abs(float(np.log10(ratio / HEALTHY))) if ratio > 0 else np.inf


def _curve(seen: Course, layer: str) -> Series:
    values = ratios_of(seen)[:, seen.trace.layers.index(layer)]
    return Series(
        f"update / weight in {layer}",
        tuple(seen.trace.look_steps.astype(float)),
        tuple(values),
        "update",
        "update / weight",
        log_y=bool((values > 0).all()),
        levels=(("about right", HEALTHY),),
    )
