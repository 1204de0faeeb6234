"""ND609: does the gradient reach the first layer, and no more of it than the last?"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...findings import Finding, Series, Status, Where
from ...trainable import Array
from ..measures.course import Course
from .course_check import CourseCheck


@dataclass(frozen=True)
class GradientFlow(CourseCheck):
    """## What it does
    Divides the norm of the first layer's weight gradient by that of the last layer's, at each look
    while the loss falls, and takes the median.

    ## Why it matters
    Each layer multiplies the gradient on its way back. If the factors are below one, the first
    layers learn nothing (vanishing); if above one, their steps are far too large (exploding).

    ## What to do
    Vanishing: ReLU instead of sigmoid, the initialiser that fits, batch norm, fewer layers.
    Exploding: smaller initial weights, clipping, batch norm.

    ## Source
    Glorot & Bengio 2010; Pascanu et al. 2013, arXiv:1211.5063. 1e-3 as AUTOTRAINER and nnscope.
    """

    needs_looks: ClassVar[bool] = True
    needs_finite: ClassVar[bool] = False

    code: str = "ND609"
    name: str = "gradient-flow"

    warning: float = 1e-3  # AUTOTRAINER, nnscope; its inverse where the gradient explodes
    error: float = 1e-5

    def judge(self, seen: Course) -> Finding:
        """By the median; no gradient in any layer is an error, and so is one that is not finite.

        A gradient that vanished only in a run whose loss climbed vanished of its learning rate.
        """
        if len(seen.trace.layers) < 2:
            return self.skip("there is only one layer")
        gradients = seen.seen("gradient_norm", learning=True)
        measured = (gradients != 0).any(axis=0)
        weighted = (seen.seen("weight_norm") != 0).any(axis=0) | measured
        weighted &= [name not in seen.frozen for name in seen.trace.layers]
        first, last = (int(np.flatnonzero(weighted)[i]) if weighted.any() else 0 for i in (0, -1))
        if not measured.any():
            return self._found(
                Status.ERROR, "no layer gets a gradient", 0.0, seen.trace.layers[first]
            )
        ratio = _ratio(gradients, first, last)
        typical = float(np.nanmedian(ratio)) if not np.isnan(ratio).all() else 0.0
        status = Status.ERROR
        if self.warning <= typical <= 1 / self.warning:
            status = Status.OK
        elif self.error <= typical <= 1 / self.error:
            status = Status.WARNING
        names = seen.trace.layers
        told = f"the gradient of {names[first]} is {typical:.2g} times that of {names[last]}"
        small = typical < 1
        what = "" if status is Status.OK else ": vanishing" if small else ": exploding"
        died = small and seen.overshot and bool(self.warning <= ratio[0] <= 1 / self.warning)
        what += " in a run whose loss rose, not from the start" if what and died else ""
        steps = seen.trace.look_steps[: len(ratio)]
        curve = Series(
            f"gradient norm, {names[first]} / {names[last]}",
            tuple(steps.astype(float)),
            tuple(ratio),
            "update",
            "ratio",
            log_y=bool((ratio > 0).all()),
        )
        return self._found(status, told + what, typical, names[first], curve, died=died)

    def _found(
        self,
        status: Status,
        told: str,
        ratio: float,
        layer: str,
        *evidence: Series,
        died: bool = False,
    ) -> Finding:
        fine, small = status is Status.OK, ratio < 1
        return self.finding(
            status,
            told,
            measured=ratio,
            expected=1.0,
            threshold=f"{self.warning:g} to {1 / self.warning:g}, error outside {self.error:g} to "
            f"{1 / self.error:g}",
            source="Glorot & Bengio 2010; Pascanu et al. 2013, arXiv:1211.5063",
            where=Where(layer=layer),
            suggests=()
            if fine
            else ("learning_rate_too_high", "dead_relu")
            if died
            else ("vanishing_gradient", "too_deep", "dead_relu")
            if small
            else ("exploding_gradient", "init_too_large"),
            advice=""
            if fine
            else "a smaller learning rate: `nndoctor lr-sweep` finds one"
            if died
            else "relu and he_normal, batch norm, or fewer layers"
            if small
            else "smaller initial weights, or optimizer.clip_norm",
            evidence=() if fine else evidence,
        )


def _ratio(gradients: Array, first: int, last: int) -> Array:
    """At each look; NaN where neither has a gradient, infinite where one is not finite."""
    a, b = gradients[:, first], gradients[:, last]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = a / b
    return np.where((a == 0) & (b == 0), np.nan, np.where(np.isnan(ratio), np.inf, ratio))
