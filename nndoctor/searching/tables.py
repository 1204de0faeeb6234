"""What a search found, as tables, curves and clouds of points."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ..comparison import Difference
from ..findings import Axis, Cell, Coordinates, Evidence, Scatter, Series, Table
from .confirmation import SEEDS, Confirmation
from .importance import Importance
from .parameter import Parameter
from .search import Search, Searched
from .trial import Outcome, Trial

SHOWN = 10  # of the best trials
AS_IS = "the unchanged recipe"


def evidence(told: Search, metric: str, shares: Sequence[Importance]) -> tuple[Evidence, ...]:
    """All of it, in the order in which it is read."""
    pieces: list[Evidence] = [stages_table(told, metric), space_table(told)]
    if told.best:
        pieces += [best_table(told, metric), coordinates(told, metric)]
    if told.confirmation is not None:
        pieces.append(confirmed_table(told.confirmation, metric))
        pieces += curves(told.confirmation)
    if shares:
        pieces.append(importance_table(shares))
    pieces += slices(told.stages[0], metric, [one.key for one in shares])
    return tuple(pieces)


def named(trial: Trial | None) -> str:
    """How a trial is called."""
    return AS_IS if trial is None else f"trial {trial.stage}.{trial.number}"


def stages_table(told: Search, metric: str) -> Table:
    """What each stage did."""
    heads = (
        "stage",
        "epochs",
        "trials",
        "whole",
        "broken off",
        "diverged",
        "invalid",
        f"best {metric}",
        "seconds",
    )
    rows = []
    for one in told.stages:
        count = Counter(trial.outcome for trial in one.trials)
        best = one.best.score if one.best else None
        rows.append(
            (
                one.stage.number,
                one.stage.epochs,
                len(one.trials),
                count[Outcome.COMPLETE],
                count[Outcome.LOSER],
                count[Outcome.BROKEN],
                count[Outcome.INVALID],
                best,
                one.seconds,
            )
        )
    caption = (
        "broken off: among the lower two thirds at an epoch where Hyperband judges; diverged: the "
        "loss was not finite, or stayed above three times its first value"
    )
    return Table("stages", heads, tuple(rows), caption)


def space_table(told: Search) -> Table:
    """Where each stage looked; an edge is a best value at the border."""
    heads = ("parameter", "scale", *(f"stage {one.stage.number}" for one in told.stages), "edge")
    rows = []
    for at, one in enumerate(told.stages[0].space):
        edges = [edge.side for stage in told.stages for edge in stage.edges if edge.key == one.key]
        ranges = (stage.space[at].told for stage in told.stages)
        scale = "choices" if one.choices else one.scale
        rows.append((one.key, scale, *ranges, ", ".join(dict.fromkeys(edges)) or None))
    return Table("space", heads, tuple(rows), "edge: the side at which the best values lay")


def best_table(told: Search, metric: str) -> Table:
    """The best trials with their values."""
    keys = [one.key for one in told.stages[0].space]
    rows = tuple(
        (named(one), one.trained, one.score, *(_cell(one.values[key]) for key in keys))
        for one in told.best[:SHOWN]
    )
    heads = ("trial", "epochs", metric, *keys)
    return Table("best trials", heads, rows, "by stage and number; on the validation rows")


def coordinates(told: Search, metric: str) -> Coordinates:
    """All trials that trained, whatever their stage, over the parameters."""
    trials = [one for one in told.trials if one.scores or one.outcome is Outcome.BROKEN]
    axes, columns = [], []
    for one in told.stages[0].space:
        values = [trial.values[one.key] for trial in trials]
        known = list(one.choices) if one.choices else sorted(values)
        at = [float(known.index(v)) if one.choices else one.axis(v) for v in (*known, *values)]
        low, span = min(at), (max(at) - min(at)) or 1.0
        places = [(place - low) / span for place in at]
        ends = range(len(known)) if one.choices else (0, len(known) - 1)
        ticks = ((places[end], _cell(known[end])) for end in ends)
        axes.append(Axis(one.key, tuple((place, f"{label}") for place, label in ticks)))
        columns.append(places[len(known) :])
    scores = tuple(one.score if one.scores else math.nan for one in trials)
    caption = "all stages; a short trial scores less than a whole one; dotted: diverged"
    lines = tuple(zip(*columns, strict=True))
    return Coordinates("all trials", tuple(axes), lines, scores, metric, caption)


def confirmed_table(sure: Confirmation, metric: str) -> Table:
    """The best few on fresh seeds and rows."""
    between = "95 % interval"
    heads = (f"confirmed {metric}", "searched", "confirmed", between, "winner's lead", between)
    leads: list[Difference | None] = [None, *sure.behind]
    rows = tuple(
        (
            named(one.trial),
            None if one.trial is None else one.trial.score,
            *_with_interval(one.mean(sure.rows)),
            *((None, "") if lead is None else _with_interval(lead)),
        )
        for one, lead in zip(sure.contenders, leads, strict=True)
    )
    caption = f"means of {SEEDS} fresh seeds; intervals are those of seeds and rows"
    return Table("confirmation", heads, rows, caption)


def curves(sure: Confirmation) -> Iterator[Series]:
    """Loss of the winner over its epochs, in the first of its confirming runs."""
    epochs = sure.contenders[0].runs[0].epochs
    at = tuple(float(one.number) for one in epochs)
    for name, values in (
        ("training loss of the winner", [one.loss for one in epochs]),
        ("validation loss of the winner", [one.validation_loss for one in epochs]),
    ):
        finite = [value for value in values if math.isfinite(value)]
        wide = bool(finite) and min(finite) > 0 and max(finite) > 20 * min(finite)
        yield Series(name, at, tuple(values), "epoch", "loss", log_y=wide)


def importance_table(shares: Sequence[Importance]) -> Table:
    """How much each parameter mattered in the first stage."""
    rows = tuple((one.key, one.share, one.low, one.high) for one in shares)
    caption = (
        "share of all importance in stage 1, by PED-ANOVA: what parts the best quarter of its "
        "trials from the others; low, high: 90 % of 50 bootstrap samples of the trials"
    )
    return Table("importance", ("parameter", "share", "low", "high"), rows, caption)


def slices(first: Searched, metric: str, order: Sequence[str]) -> Iterator[Scatter]:
    """The score against each number that was searched, the most important first."""
    numbers = [one for one in first.space if not one.choices]
    numbers.sort(key=lambda one: order.index(one.key) if one.key in order else len(order))
    seen = [trial for trial in first.trials if trial.scores]
    for one in numbers:
        yield Scatter(
            f"{metric} against {one.key}",
            tuple(_along(one, trial) for trial in seen),
            tuple(trial.scores[0][1] for trial in seen),
            f"1 - {one.key}" if one.scale == "one-minus-log" else one.key,
            f"{metric} of stage 1, where its trials were first judged",
            log_x=one.scale != "linear",
        )


def _along(one: Parameter, trial: Trial) -> float:
    value = float(trial.values[one.key])
    return 1 - value if one.scale == "one-minus-log" else value


def _with_interval(one: Difference) -> tuple[float, str]:
    """A mean to four decimals, which is as far as its interval bears, and that."""
    low, high = one.interval()
    known = math.isfinite(low) and math.isfinite(high)
    return round(one.mean, 4), f"{low:.3f} to {high:.3f}" if known else "unknown"


def _cell(value: Any) -> Cell:
    return value if isinstance(value, int | float | str) else str(value)
