"""ND611: is there a layer that does not learn though others do?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Where
from ..measures.course import Course
from .course_check import CourseCheck


@dataclass(frozen=True)
class FrozenLayer(CourseCheck):
    """## What it does
    Measures how far each layer's weights moved from their start, relative to their norm, and
    compares the layer that moved least with the median of all.

    ## Why it matters
    A layer that stays as it was initialised is a random projection: its capacity is wasted. Dead
    units above it, a vanished gradient or inputs that are all zero cause this.

    ## What to do
    Look at `nndoctor dead-units`, then at the gradient (ND609); he_normal, batch norm.

    ## Source
    A change below 1e-4 is what tools that watch parameters call unchanged (peers); in wide layers
    a change of 1e-2 can be all that training needs, hence the comparison with other layers.
    """

    code: str = "ND611"
    name: str = "frozen-layer"

    moved: float = 1e-4  # of the weights' norm
    others: float = 100.0  # times as far, at the median: they do learn

    def judge(self, seen: Course) -> Finding:
        """An error where weights did not move at all; none moved: all of them did not."""
        if not seen.moved:
            return self.skip("the model does not show its weights")
        if seen.trace.updates == 0:
            return self.skip("no update was made")
        layer = min(seen.moved, key=lambda name: seen.moved[name])
        least, typical = seen.moved[layer], float(np.median(list(seen.moved.values())))
        still = [name for name, way in seen.moved.items() if way == 0]
        behind = least < self.moved and typical >= self.others * least
        status = Status.ERROR if still else Status.WARNING if behind else Status.OK
        told = f"all layers moved: by {least:.2g} of the weight norm or more (least: {layer})"
        if still:
            told = f"the weights of {', '.join(still[:3])} did not move at all"
            told += f" ({len(still)} of {len(seen.moved)} layers)" * (len(still) > 1)
        elif behind:
            told = f"{layer}: weights moved by {least:.2g} of their norm, typically {typical:.2g}"
        return self.finding(
            status,
            told,
            measured=least,
            threshold=f"{self.moved:g} of the norm, unless the others moved less than "
            f"{self.others:g} times as far",
            source="other tools call a change below 1e-4 none",
            where=Where(layer=layer),
            suggests=() if status is Status.OK else ("vanishing_gradient", "dead_relu"),
            advice=""
            if status is Status.OK
            else "`nndoctor dead-units` shows whether units are dead; then relu and he_normal",
        )
