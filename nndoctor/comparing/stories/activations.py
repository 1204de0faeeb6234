"""Activations: their slopes, what follows from them, what they cost, and what they reach."""

from ...adapters.slopes import Profile, profile
from ...errors import UsageError
from ...findings import Cell, Table
from ..desk import Desk
from ..story import Story
from ..tables import rounded

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "maxout", "step")
CENTRED = 0.05  # mean output on unit-Gaussian input below which it counts as zero-centred
FLAT = 0.01  # of the largest slope: less is saturated


def _tell(desk: Desk) -> None:
    seen = [profile(name, desk.seed) for name in NAMES]
    desk.page.show(
        Table(
            "slopes and what follows",
            (
                "activation",
                "slope at -10",
                "at 0",
                "at 10",
                "mean output",
                "zero-centred",
                "saturates",
                "can die",
                "ns a value",
            ),
            tuple(_row(one) for one in seen),
            "slope: what the backward pass multiplies by; mean output: on unit-Gaussian input; "
            f"zero-centred: within {CENTRED:g} of 0; saturates: a slope at -10 or 10 below "
            f"{FLAT:.0%} of its largest; can die: may be 0 on every row and get no gradient; ns: "
            "forward and backward, one processor, measured here and rough",
        )
    )
    edits = {name: desk.hidden({"activation": name}) for name in NAMES}
    if not edits["relu"]:
        raise UsageError(f"{desk.setup.name} has no hidden layer", "--set model.hidden=[64,64]")
    rate = desk.setup.recipe.optimizer.learning_rate
    held = desk.hold(desk.variants("activation", edits), f"all at the rate {rate:g}")
    step = float(held.trained[NAMES.index("step")].arm.scores.mean())
    desk.page.say(
        f"the step has slope 0 everywhere, so that no layer before it learns: its {step:.3f} are "
        "the last layer's alone"
    )


def _row(one: Profile) -> tuple[Cell, ...]:
    below, middle, above = one.slopes
    most = max(abs(slope) for slope in one.slopes)
    ends = [end for end, slope in (("below", below), ("above", above)) if abs(slope) < FLAT * most]
    saturates = "everywhere" if most == 0 else " and ".join(ends) or "no"
    return (
        one.name,
        below,
        middle,
        above,
        one.mean,
        "yes" if abs(one.mean) < CENTRED else "no",
        saturates,
        "yes" if one.can_die else "no",
        rounded(one.nanoseconds),
    )


ACTIVATIONS = Story("activations", "Which activation, and at what cost?", "activations", _tell)
