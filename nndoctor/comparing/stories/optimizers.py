"""Optimizers at one rate, which is unfair, and each at its own best one."""

from ...errors import UsageError
from ...findings import Table
from ...recipe import as_dict
from ...recipe.names import OPTIMIZER_SETTINGS
from ...subjects.bout import JUDGED
from ..desk import Desk
from ..rates import at_rate, own_rates
from ..story import Story

NAMES = ("sgd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "nadam")
KEPT = ("weight_decay", "clip_value", "clip_norm")  # what any optimizer takes


def _tell(desk: Desk) -> None:
    recipe = desk.setup.recipe
    if desk.setup.trainable.full_batch:
        raise UsageError(
            f"{recipe.optimizer.name} takes all rows at once and has no rate",
            "--set optimizer.name=sgd",
        )
    stated = as_dict(recipe)["optimizer"]
    kept = {key: value for key, value in stated.items() if key in KEPT}
    rate = recipe.optimizer.learning_rate
    variants = desk.variants(
        "optimizer",
        {name: {"optimizer": {**kept, "name": name, "learning_rate": rate}} for name in NAMES},
    )
    desk.hold(variants, f"all at the rate {rate:g}", costs=False)
    rates = own_rates(desk, variants)
    rows = tuple(
        (name, OPTIMIZER_SETTINGS[name]["learning_rate"], own)
        for name, own in zip(NAMES, rates, strict=True)
    )
    desk.page.show(
        Table(
            "learning rates",
            ("optimizer", "usual", "its own here"),
            rows,
            "its own: a range test on the training rows suggests a rate, five rates around it are "
            "tried in runs as long as those compared, and the one with the lowest loss on training "
            f"rows (at most {JUDGED} of them) is taken; held-out rows have no say",
        )
    )
    tuned = [at_rate(one, own or rate) for one, own in zip(variants, rates, strict=True)]
    desk.hold(tuned, "each at its own rate")


OPTIMIZERS = Story("optimizers", "Which optimizer, each at its own rate?", "digits", _tell)
