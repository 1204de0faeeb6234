"""Inputs as they come, centred and scaled: which learning rates can be used on them."""

from ..desk import Desk, Edits
from ..rates import bands
from ..story import Story

WAYS = ("none", "center", "minmax", "standardize", "whiten")


def _tell(desk: Desk) -> None:
    edits: dict[str, Edits] = {
        way: {
            "data.preprocess.features": way,
            "data.preprocess.components": None,
            "data.preprocess.divisor": None,
        }
        for way in WAYS
    }
    variants = desk.variants("features", edits)
    found = bands(desk, variants, "by what is done to the inputs")
    told = ", ".join(f"{band.words} (features {band.variant.name})" for band in found)
    desk.page.say(f"usable learning rates: {told}")
    rate = desk.setup.recipe.optimizer.learning_rate
    desk.hold(variants, f"at the rate {rate:g}", costs=False)


PREPROCESSING = Story("preprocessing", "What does scaling the inputs change?", "raw", _tell)
