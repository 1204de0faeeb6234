"""One recipe trained on one seed: what it reached, how fast, and what was seen inside."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from .. import setup as setups
from ..checks.measures.parallel import run_all
from ..data import Dataset
from ..recipe import Recipe, resolve_layers
from ..recipe.editing import Edits, edit
from ..setup import Setup
from ..trace import LOOK, Trace
from ..trainable import Batch, LayerStats, Plan
from ..training import fit
from ..watch import Unseen, Watch
from .scoring import score_outputs

LOOKS = 8
JUDGED = 2000  # rows of each part, evenly spaced
PROBE = 256  # rows on which layers are looked at
HELD_FROM = 60  # rows in all, below which nothing is held out
HELD = 0.2
STILL_LOOKS, NO_RISE, RISEN = 3, 0.005, 0.5  # when a run has settled: looks and scores
DEAD = 0.9  # of a layer's units
FLOPS = 4e10  # nominal, a second: makes work comparable, not times exact
OVERHEAD = 3e-6  # nominal seconds an update and a layer, whatever its size


@dataclass(frozen=True)
class Inside:
    """What was seen of one run's layers: untrained, trained, and in between.

    `gradients`: norm of the first over that of the last hidden layer at the start, NaN where there
    are less than two. `moved`: |theta - theta0| / |theta0|.
    """

    before: tuple[LayerStats, ...]
    after: tuple[LayerStats, ...]
    trace: Trace
    gradients: float
    moved: float


@dataclass(frozen=True)
class Outcome:
    """What one run reached; curves hold the score at each look, the last one at the end."""

    held_curve: tuple[float, ...]
    train_curve: tuple[float, ...]
    loss: float
    diverged: bool
    updates: int
    inside: Inside | None = None

    def curve(self, held: bool) -> tuple[float, ...]:
        """On held-out rows or on training rows."""
        return self.held_curve if held else self.train_curve

    def score(self, held: bool) -> float:
        """At the end."""
        return self.curve(held)[-1]

    @property
    def died(self) -> bool:
        """Whether a layer that had living units has hardly one left; False where none looked."""
        seen = self.inside
        return seen is not None and _dead(seen.after) and not _dead(seen.before)

    def area(self, held: bool) -> float:
        """The mean over the looks: how soon it got there."""
        return float(np.mean(self.curve(held)))


@dataclass(frozen=True)
class Patient:
    """A recipe with its raw rows, from which each seed and each change is built anew."""

    recipe: Recipe
    dataset: Dataset
    folder: Path = Path()
    name: str = "recipe"
    watch: Watch = field(default_factory=Watch, compare=False)
    given: Recipe | None = None

    @classmethod
    def of(cls, setup: Setup, watch: Watch | None = None) -> "Patient":
        """Holds rows out where there are enough and the recipe does not, none where too few."""
        dataset = setups.rows.read(setup.recipe, setup.folder)
        given, edits = setup.recipe.data.validation, {}
        if isinstance(given, float) and setup.recipe.training.early_stopping is None:
            if len(dataset) < HELD_FROM and given:
                edits = {"data.validation": 0.0}
            elif len(dataset) >= HELD_FROM and not given:
                edits = {"data.validation": HELD}
        recipe = edit(setup.recipe, edits) if edits else setup.recipe
        return cls(recipe, dataset, setup.folder, setup.name, watch or Watch(), setup.recipe)

    def seeds(self, count: int) -> range:
        """So many, the recipe's own first."""
        first = self.recipe.training.seed
        return range(first, first + count)

    def as_given(self) -> "Patient":
        """With the rows held out that the user holds out."""
        return replace(self, recipe=self.given or self.recipe)

    def setup(self, edits: Edits | None = None, seed: int | None = None) -> Setup:
        """The changed recipe on the rows that this seed splits."""
        seeded = {} if seed is None else {"training.seed": seed}
        recipe = edit(self.recipe, {**(edits or {}), **seeded})
        return setups.build(recipe, self.name, "", self.folder, self.dataset)

    @cached_property
    def plain(self) -> Setup:
        """The recipe as it is."""
        return self.setup()

    def changed(self, edits: Edits) -> "Patient":
        """Another patient on the same rows."""
        return replace(self, recipe=edit(self.recipe, edits))


def work(setup: Setup, updates: int | None = None) -> float:
    """Nominal seconds of a whole run, or of so many updates: times what an update costs."""
    rows = min(setup.recipe.training.batch_size, len(setup.train))
    rows = len(setup.train) if setup.trainable.full_batch else rows * setup.trainable.parts
    layers = len(resolve_layers(setup.recipe, setup.trainable.task.outputs))
    each = 6.0 * setup.trainable.layout.parameters * rows / FLOPS + OVERHEAD * (layers + 1)
    return each * (setup.total_updates if updates is None else updates)


def train(
    setup: Setup, looks: Sequence[int] = (), inside: bool = False, settle: bool = False,
    watch: Watch | None = None,
) -> Outcome:  # fmt: skip
    """One whole run; `looks` are the updates after which it is scored, evenly spaced by default.

    With `settle` it ends when looks have brought nothing for a while, and stays where it was.
    Raises Interrupted at the next look where the user wants to stop.
    """
    watch = Unseen(watch or Watch())
    watch.heed()
    network = setup.trainable.fresh(setup.recipe.training.seed)
    total, training = setup.total_updates, setup.recipe.training
    held = setup.validation.sample(JUDGED) if setup.validation else None
    rows, probe = setup.train.sample(JUDGED), setup.train.sample(PROBE)
    held_curve, train_curve = [], []
    before = network.activations(probe) if inside else ()
    start = network.theta.copy()

    def look() -> None:
        train_curve.append(score_outputs(setup, network.outputs(rows), rows))
        if held is not None:
            held_curve.append(score_outputs(setup, network.outputs(held), held))

    by_epochs = training.early_stopping is not None or setup.recipe.schedule.name == "plateau"
    first = None
    with np.errstate(all="ignore"):
        if by_epochs or setup.trainable.full_batch:
            run = fit(network, setup.train, setup.validation, setup.course(), watch)
            watch.heed()
            traces = [run.trace]
            look()
        else:
            traces = []
            for until in looks or _evenly(total):
                plan = Plan(until - network.updates, look_every=max(total // LOOKS, 1) * inside)
                traces.append(network.train(setup.train, plan))
                watch.heed()
                first = traces[0]
                look()
                if traces[-1].first_bad is not None:
                    break
                if settle and _settled(train_curve) and _settled(held_curve or train_curve):
                    break
        loss = network.loss(rows)
        diverged = traces[-1].first_bad is not None or not np.isfinite(loss)
        seen = None
        if inside:
            moved = float(np.linalg.norm(network.theta - start) / (np.linalg.norm(start) or 1.0))
            after = network.activations(probe)
            seen = Inside(before, after, _joined(traces), _ratio(first, before), moved)
    wanted = len(looks or _evenly(total)) if first is not None else 1
    return Outcome(
        _ended(held_curve, wanted, diverged) if held is not None else (),
        _ended(train_curve, wanted, diverged),
        float(loss), diverged, network.updates, seen,
    )  # fmt: skip


def train_all(
    patient: Patient, edits: Edits, seeds: Sequence[int], jobs: int = 1, inside: bool = False,
    looks: Sequence[int] = (), settle: bool = False,
) -> list[Outcome]:  # fmt: skip
    """The changed recipe on each seed, side by side."""

    def one(seed: int) -> Outcome:
        return train(patient.setup(edits, seed), looks, inside, settle, patient.watch)

    return run_all(one, seeds, jobs)


def _settled(curve: Sequence[float]) -> bool:
    """Whether it once stood well above 0 and has not risen since."""
    early, late = curve[:-STILL_LOOKS], curve[-STILL_LOOKS:]
    return bool(early) and max(early) > RISEN and max(late) < max(early) + NO_RISE


def _dead(layers: Sequence[LayerStats]) -> bool:
    return any(one.dead is not None and one.dead >= DEAD * one.units for one in layers)


def _evenly(total: int) -> list[int]:
    return sorted({max(1, round(total * part / LOOKS)) for part in range(1, LOOKS + 1)})


def _ended(curve: Sequence[float], wanted: int, diverged: bool) -> tuple[float, ...]:
    """A broken run scores 0 from there on, one that settled what it had."""
    padded = [*curve, *[0.0 if diverged else curve[-1]] * (wanted - len(curve))]
    if diverged and padded:
        padded[-1] = 0.0
    return tuple(padded)


def _joined(traces: Sequence[Trace]) -> Trace:
    return replace(
        traces[0],
        loss=np.concatenate([trace.loss for trace in traces]),
        rate=np.concatenate([trace.rate for trace in traces]),
        first_bad=traces[-1].first_bad,
    )


def _ratio(trace: Trace | None, before: Sequence[LayerStats]) -> float:
    """Norm of the gradient of the first over that of the last hidden layer."""
    if trace is None or len(trace.looks) == 0:
        return np.nan
    norms = trace.looks[0, :, LOOK.index("gradient_norm")]
    hidden = [
        norm for norm, layer in zip(norms, before, strict=True)
        if not layer.is_output and layer.name != "input"
    ]  # fmt: skip
    return float(hidden[0] / hidden[-1]) if len(hidden) > 1 and hidden[-1] > 0 else np.nan


def judged_rows(setup: Setup) -> tuple[Batch, Batch | None]:
    """The training and held-out rows that scores are computed on."""
    held = setup.validation.sample(JUDGED) if setup.validation else None
    return setup.train.sample(JUDGED), held
