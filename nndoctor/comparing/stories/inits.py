"""Initialisers: what they make of the signal from layer to layer, and of the training."""

from collections.abc import Sequence

from ...errors import UsageError
from ...findings import Cell, Table
from ...recipe.editing import edit
from ...setup import Setup, with_recipe
from ...subjects.edits.editing import hidden_edits
from ..desk import Desk
from ..story import Story, example

ARMS = {
    "tanh normal(0,0.01)": ("tanh", "normal(0,0.01)"),
    "tanh normal(0,1)": ("tanh", "normal(0,1)"),
    "tanh Xavier": ("tanh", "xavier"),
    "relu Xavier": ("relu", "xavier"),
    "relu He": ("relu", "he_normal"),
}
PROBE = 1000  # rows on which layers are looked at


def _tell(desk: Desk) -> None:
    looked_at = desk.setup if desk.given else example("lecture")
    spreads = {name: _spreads(desk, looked_at, *arm) for name, arm in ARMS.items()}
    names = [stats[0] for stats in next(iter(spreads.values()))]
    if not names:
        raise UsageError(f"{desk.setup.name} has no hidden layer", "--set model.hidden=[64,64]")
    rows: list[tuple[Cell, ...]] = [
        (layer, *(spread[at][1] for spread in spreads.values())) for at, layer in enumerate(names)
    ]
    where = "the set-up's own" if desk.given else "ten layers of 500 units, unit-Gaussian input"
    desk.page.show(
        Table(
            "standard deviation of each layer's output, untrained",
            ("layer", *spreads),
            tuple(rows),
            f"{where}, at most {PROBE} rows; CS231n lecture 5 (2016)",
        )
    )
    shares = {name: spread[-1][1] / spread[0][1] for name, spread in spreads.items()}
    kept = ", ".join(f"{share:.2g} ({name})" for name, share in shares.items())
    if len(names) > 1:
        desk.page.say(
            f"what is left in hidden layer {len(names)} of the spread in the first: {kept}"
        )
    edits = {
        name: desk.hidden({"activation": activation, "init": init})
        for name, (activation, init) in ARMS.items()
    }
    desk.hold(desk.variants("activation and init", edits), "trained", costs=False)


def _spreads(desk: Desk, setup: Setup, activation: str, init: str) -> Sequence[tuple[str, float]]:
    """The hidden layers with the standard deviation of what they put out."""
    desk.watch.heed()
    edits = hidden_edits(setup, {"activation": activation, "init": init})
    made = with_recipe(setup, edit(setup.recipe, edits))
    seen = made.trainable.fresh(desk.seed).activations(setup.train.sample(PROBE))
    return [(layer.name, layer.std) for layer in seen if layer.is_hidden]


INITS = Story("inits", "Which first weights keep the signal alive?", "deep", _tell)
