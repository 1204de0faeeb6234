"""A training run followed while it runs: lines for machines, lines and frames for people."""

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..checks.measures.chance_loss import constant_loss
from ..findings import Series, Table
from ..report.document import plain
from ..scores import score_name
from ..trace import LOOK
from ..training import Course, Epoch, Event, Progress, Record, Run, happened
from ..version import __version__
from ..watch import Frame, Watch
from .common import Examined

FORMAT = 1  # of the lines for machines
EVERY = 0.1  # seconds between two searches for events
LINES = 14  # of epochs, for people who see no frame
POINTS = 240  # of a curve in a frame: more than a terminal is wide
SLOW = 10.0  # seconds: a run that takes longer says how much is left
LOOK_APART = 64  # updates between looks at the layers, at least
MOST_LOOKS = 1000

Write = Callable[[str], None]


def chance_of(setup: Examined) -> float:
    """The loss of the best constant prediction, on a sample of the training rows."""
    return constant_loss(setup.trainable.task, setup.train.sample(5000).y)


def record_of(setup: Examined, progress: Progress, chance: float) -> Record:
    """What events are judged by; `chance` as `chance_of` finds it."""
    layers = setup.trainable.names
    empty = np.zeros((0, len(layers), len(LOOK)))
    task = setup.trainable.task
    return Record(
        epochs=tuple(progress.epochs),
        layers=layers,
        look_steps=np.concatenate([np.zeros(0, np.int64), *progress.look_steps]),
        looks=np.concatenate([empty, *progress.looks]),
        chance=chance,
        rows=len(setup.train),
        metric=score_name(task),
        shares=task.kind != "regression",
        first_bad=progress.first_bad,
    )


class Follower:
    """Tells of one run what there is to tell, as often as it is worth it."""

    def __init__(
        self, setup: Examined, seed: int, watch: Watch, write: Write | None, several: bool = False
    ) -> None:
        self._setup, self._seed, self._watch, self._write = setup, seed, watch, write
        self._who = f"seed {seed}: " * several
        self._metric = score_name(setup.trainable.task)
        self._begun = self._searched = time.monotonic()
        self._known: list[Event] = []
        self._lined = -1
        self._first: int | None = None  # updates that were made before this run went on
        self._chance = chance_of(setup) if self._followed else math.nan
        self._epochs = setup.course().epochs
        self._stride = _round_up(self._epochs / LINES)

    @property
    def _followed(self) -> bool:
        return self._write is not None or self._watch.follows()

    def course(self, course: Course) -> Course:
        """The same with looks at the layers."""
        return replace(course, look_every=max(LOOK_APART, course.updates // MOST_LOOKS))

    def start(self) -> None:
        """Before the first epoch."""
        setup = self._setup
        self._tell(
            "start",
            format=FORMAT,
            version=__version__,
            recipe=setup.name,
            recipe_sha256=setup.sha256,
            epochs=self._epochs,
            epoch_updates=setup.epoch_updates,
            rows=len(setup.train),
            validation_rows=len(setup.validation or ()),
            metric=self._metric,
            layers=setup.trainable.names,
        )

    def look(self, progress: Progress) -> None:
        """Something new was seen of an epoch."""
        if not self._followed:
            return
        epoch = progress.epochs[-1]
        if self._write is not None:
            self._tell(
                "epoch",
                epoch=epoch.number,
                updates=epoch.updates,
                rate=epoch.rate,
                loss=epoch.loss,
                score=epoch.score,
                validation_loss=epoch.validation_loss,
                validation_score=epoch.validation_score,
                seconds=self._seconds,
                layers=[*_looked_at(self._setup.trainable.names, progress)],
            )
        if time.monotonic() - self._searched >= EVERY:
            self._search(progress)
        if self._watch.follows():
            if epoch.number // self._stride > self._lined // self._stride:
                self._search(progress)  # what came before it is read before it
                self._line(progress, epoch)
            self._watch.frame(lambda: self._frame(progress))

    def end(self, run: Run, progress: Progress) -> None:
        """After the last one."""
        self._search(progress)
        epoch = progress.epochs[-1]
        if self._watch.follows() and epoch.number > self._lined >= 0:
            self._line(progress, epoch)
        self._tell(
            "end",
            epoch=epoch.number,
            updates=run.trace.updates,
            ending=run.ending,
            seconds=self._seconds,
        )

    @property
    def _seconds(self) -> float:
        return round(time.monotonic() - self._begun, 3)

    def _tell(self, event: str, **facts: Any) -> None:
        if self._write is not None:
            line = {"event": event, "seed": self._seed, **facts}
            self._write(json.dumps(plain(line), allow_nan=False))

    def _search(self, progress: Progress) -> None:
        self._searched = time.monotonic()
        if not self._followed:
            return
        for event in happened(record_of(self._setup, progress, self._chance)):
            if event in self._known:
                continue
            self._known.append(event)
            self._tell(
                event.kind,
                epoch=event.epoch,
                updates=event.updates,
                message=event.message,
                numbers=event.numbers,
            )
            if sum(one.kind is event.kind for one in self._known) == 1:
                self._watch.line(f"{self._who}epoch {event.epoch}: {event.message}")

    def _line(self, progress: Progress, epoch: Epoch) -> None:
        self._lined = epoch.number
        held = not np.isnan(epoch.validation_score)
        said = [
            f"loss {epoch.loss:.6g}" + f", validation {epoch.validation_loss:.6g}" * held,
            f"{self._metric} {epoch.score:.4g}"
            + f", validation {epoch.validation_score:.4g}" * held,
        ]
        if not np.isnan(epoch.rate):
            said.append(f"rate {epoch.rate:.3g}")
        left = self._left(progress)
        said += [left] if left and self._seconds > SLOW else []
        when = f"epoch {epoch.number} of {self._epochs}" if epoch.number else "untrained"
        self._watch.line(f"{self._who}{when}: {'; '.join(said)}")

    def _left(self, progress: Progress) -> str:
        done, total = progress.epochs[-1].updates, self._setup.total_updates
        made = done - self._from(progress)
        if made <= 0 or done >= total:
            return ""
        return f"{_duration(self._seconds / made * (total - done))} left"

    def _from(self, progress: Progress) -> int:
        """The updates that were there before a run was resumed."""
        if self._first is None:
            self._first = progress.epochs[-1].updates if len(progress.epochs) > 1 else 0
        return self._first

    def _frame(self, progress: Progress) -> Frame:
        epochs, now = _some(progress.epochs), progress.epochs[-1]
        held = not np.isnan(now.validation_score)
        x = tuple(float(epoch.number) for epoch in epochs)

        def pair(label: str, key: str) -> tuple[Series, ...]:
            keys = {"training": key} | ({"validation": f"validation_{key}"} if held else {})
            found = {n: tuple(float(getattr(e, k)) for e in epochs) for n, k in keys.items()}
            wide = key == "loss" and wide_range([y for ys in found.values() for y in ys])
            return tuple(Series(n, x, y, "epoch", label, log_y=wide) for n, y in found.items())

        self._search(progress)
        parts = [f"{self._who}epoch {now.number} of {self._epochs}"]
        parts += [] if np.isnan(now.rate) else [f"rate {now.rate:.3g}"]
        parts += [_duration(self._seconds), *filter(None, [self._left(progress)])]
        return Frame(
            done=now.updates,
            total=self._setup.total_updates,
            facts="  ".join(parts),
            left=pair("loss", "loss"),
            right=pair(self._metric, "score"),
            layers=_layers(self._setup.trainable.names, progress),
            events=tuple(f"epoch {one.epoch}: {one.message}" for one in self._known),
        )


def wide_range(values: Iterable[float]) -> bool:
    """Whether a log scale shows more of them."""
    finite = [value for value in values if math.isfinite(value)]
    return bool(finite) and min(finite) > 0 and max(finite) > 20 * min(finite)


def _looked_at(names: tuple[str, ...], progress: Progress) -> Iterator[dict[str, Any]]:
    """What was seen of each layer last."""
    if progress.looks:
        step = int(progress.look_steps[-1][-1])
        for name, row in zip(names, progress.looks[-1][-1], strict=True):
            yield {"layer": name, "update": step, **dict(zip(LOOK, map(float, row), strict=True))}


def _layers(names: tuple[str, ...], progress: Progress) -> Table | None:
    seen = [*_looked_at(names, progress)]
    if not seen:
        return None
    rows = tuple(
        (
            one["layer"],
            one["update_norm"] / one["weight_norm"] if one["weight_norm"] else None,
            one["std"],
            f"{one['zeros']:.0%}",
            f"{one['saturated']:.0%}",
        )
        for one in seen
    )
    columns = ("layer", "update/weight", "std", "zeros", "saturated")
    return Table(f"layers at update {seen[0]['update']}", columns, rows)


def _some(epochs: list[Epoch]) -> list[Epoch]:
    """Evenly spaced, the last included."""
    apart = max(1, -(-len(epochs) // POINTS))
    return [*epochs[:-1:apart], epochs[-1]]


def _round_up(value: float) -> int:
    """The next of 1, 2, 5, 10, 20, ..."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power >= value:
                return digit * power
        power *= 10


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
