"""Batch norm: usable rates, dependence on the first weights, train mode against eval mode."""

from ...diagnosis.subject import Part
from ...errors import UsageError
from ...findings import Table
from ...setup import Setup
from ...trainable import Array, Plan
from ..desk import Desk
from ..rates import bands
from ..story import Story
from ..tables import joined

ARMS = {"without": False, "with": True}
SCALES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
LOOKS = (1, 3, 10, 30, 100, 300)  # updates


def _tell(desk: Desk) -> None:
    if not desk.hidden({"batch_norm": True}):
        raise UsageError(f"{desk.setup.name} has no hidden layer", "--set model.hidden=[64,64]")
    plain = {name: desk.hidden({"batch_norm": on, "layer_norm": None}) for name, on in ARMS.items()}
    found = bands(desk, desk.variants("batch norm", plain), "with and without batch norm")
    desk.page.say(
        "usable learning rates: " + ", ".join(f"{band.words} {band.variant.name}" for band in found)
    )
    _scales(desk)
    _modes(desk)


def _scales(desk: Desk) -> None:
    """Every scale of the first weights, with and without, in one contest."""
    edits = {
        f"{name} {scale:g}": desk.hidden(
            {"batch_norm": on, "layer_norm": None, "init": f"normal(0,{scale:g})"}
        )
        for name, on in ARMS.items()
        for scale in SCALES
    }
    held = desk.hold(
        desk.variants("batch norm and scale of first weights", edits),
        "by first weights",
        drawn=False,
        costs=False,
    )
    means = [float(one.arm.scores.mean()) for one in held.trained]
    by_arm = {name: means[at * len(SCALES) :][: len(SCALES)] for at, name in enumerate(ARMS)}
    desk.page.show(
        joined(
            "score by the standard deviation of the first weights",
            SCALES,
            by_arm,
            "standard deviation of the first weights",
            "score",
            log_x=True,
        )
    )
    desk.page.say(
        "over all first weights scores run "
        + ", ".join(
            f"from {min(scores):.2f} to {max(scores):.2f} {name}" for name, scores in by_arm.items()
        )
    )


def _modes(desk: Desk) -> None:
    """The loss of the same rows by the batch's own moments, and by the running averages."""
    variant = desk.variants("", {"with": desk.hidden({"batch_norm": True, "layer_norm": None})})[0]
    setup = variant.subject.setup(desk.seed, Part.SEARCH)
    total = variant.subject.updates
    network, rows = setup.trainable.fresh(desk.seed), []
    for until in [0, *(look for look in LOOKS if look < total), total]:
        desk.watch.heed()
        if until > network.updates:
            network.train(setup.train, Plan(until - network.updates))
        rows.append((until, _in_training(desk, setup, network.state()), network.loss(setup.train)))
    desk.page.show(
        Table(
            "the same training rows in both modes",
            ("updates", "loss in train mode", "loss in eval mode"),
            tuple(rows),
            "train mode normalises by the moments of the rows at hand (here all training rows at "
            "once), eval mode by their running averages, which lag behind at first",
        )
    )
    first, last = rows[1] if len(rows) > 1 else rows[0], rows[-1]
    desk.page.say(
        f"eval mode: a loss of {first[2]:.3g} where train mode has {first[1]:.3g} after "
        f"{first[0]} update{'s' * (first[0] > 1)}, {last[2]:.3g} where it has {last[1]:.3g} after "
        f"{last[0]}"
    )


def _in_training(desk: Desk, setup: Setup, state: dict[str, Array]) -> float:
    """The loss in train mode, by a copy that is trained no further."""
    twin = setup.trainable.fresh(desk.seed)
    twin.load(state)
    trace = twin.train(setup.train, Plan(1, batch_size=0, rate=0.0, regularised=False))
    return float(trace.loss[0])


BATCH_NORM = Story("batch-norm", "What does batch norm change?", "norm", _tell)
