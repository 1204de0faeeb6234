"""ND404: how fast true and shuffled labels are learned by heart, and whether they differ."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ...findings import Finding, Series, Status, Table
from ...running import spread
from ...scores import score_name
from ...trainable import Batch, Task, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.memorising import Memory, memorise, shuffled
from ..measures.row_errors import LEAST_ROWS, Measured, error_name, measured_fall


@dataclass(frozen=True)
class Memories:
    """Runs under true and under shuffled labels, of the same seeds.

    `signal`: by how much the error on validation rows is lower under true labels; None with fewer
    than 20 of them.
    """

    task: Task
    rows: int
    true: tuple[Memory, ...]
    shuffled: tuple[Memory, ...]
    signal: Measured | None = None
    held: int = 0
    cancelled: bool = False

    @property
    def speed(self) -> Measured:
        """How much higher the mean score on the way is under true labels, and how far it would
        stray from 0 if they were but one more shuffling."""
        own, other = ([one.speed for one in each] for each in (self.true, self.shuffled))
        stray = np.std(other, ddof=1) * np.sqrt(1 + 1 / len(other))
        return Measured(float(np.mean(own) - np.mean(other)), float(stray))


@dataclass(frozen=True)
class Capacity(Check):
    """## What it does
    Trains the set-up without regularisation, at its own rate, on rows with their true labels and on
    the same rows with the labels shuffled, over several seeds, and measures how fast each is
    memorised, and how each does on validation rows.

    ## Why it matters
    A network large enough memorises random labels, so a training accuracy of 100 % says nothing
    about the labels. True labels are learned faster, and generalise to other rows. Where they are
    no different from shuffled ones they carry no signal: they are shuffled against the features, or
    random.

    ## What to do
    No signal: check how features and labels were joined, and look at a few rows yourself. Not
    memorised: more units, more updates or another learning rate, if the training score is too low.

    ## Source
    Zhang, Bengio, Hardt, Recht & Vinyals 2017, Understanding deep learning requires rethinking
    generalization, arXiv:1611.03530; faster on true labels: Arpit et al. 2017, arXiv:1706.05394.
    """

    code: str = "ND404"
    name: str = "capacity"
    least: ClassVar = {"rows": 2, "seeds": 2}  # a spread needs two

    rows: int = 500  # enough for a spread that tells; by heart takes time with every row
    epochs: int = 200  # or as many updates as the set-up makes, where that is more
    seeds: int = 5
    learned: float = 0.99  # of the rows right, or of the variance explained
    strays: float = 2.0  # one shuffling in twenty strays so far, by Student's t of five seeds
    sigmas: float = 3.0  # of the errors on validation rows; these see luck in the split as well

    def measure(
        self,
        setup: Trainable,
        train: Batch,
        validation: Batch | None,
        *,
        rate: float,
        epoch_updates: int,
        seed: int,
        jobs: int,
        watch: Watch,
    ) -> Memories:
        """Two runs for each seed; `epoch_updates` are those of all training rows."""
        batch, task = train.sample(self.rows), setup.task
        held = validation if validation is not None and len(validation) >= LEAST_ROWS else None
        updates = self.epochs * max(-(-epoch_updates * len(batch) // len(train)), 1)
        trials = [(seed + number, other) for number in range(self.seeds) for other in (False, True)]
        watch.stage(f"{len(batch)} rows, true and shuffled labels", updates * len(trials))

        def run(trial: tuple[int, bool], own: Watch) -> Memory | None:
            its_seed, other = trial
            if own.cancelled():
                return None
            rows = shuffled(batch, its_seed) if other else batch
            memory = memorise(
                setup,
                rows,
                held,
                is_shuffled=other,
                seed=its_seed,
                updates=updates,
                rate=rate,
                learned=self.learned,
                go_on=own.go_on,
            )
            cut = own.cancelled() and memory.learned_at is None and memory.bad_step is None
            return None if cut else memory

        runs = spread(run, trials, jobs, watch, updates)
        whole = [memory for memory in runs if memory is not None]
        own = tuple(memory for memory in whole if not memory.shuffled)
        other = tuple(memory for memory in whole if memory.shuffled)
        signal = None
        if held is not None and len(whole) == len(runs):
            after = [np.stack([memory.errors for memory in each]) for each in (other, own)]
            signal = measured_fall(*after)
        count = 0 if held is None else len(held)
        return Memories(task, len(batch), own, other, signal, count, len(whole) < len(runs))

    def judge(self, seen: Memories) -> Finding:
        """First whether the labels mean anything, then whether they are learned by heart."""
        if seen.cancelled:
            return self.skip("interrupted")
        broken = [memory for memory in (*seen.true, *seen.shuffled) if memory.bad_step is not None]
        if broken:
            step = broken[0].bad_step
            return self.skip(f"the loss is not finite at update {step}: run `nndoctor lr-sweep`")
        faster = seen.speed.exceeds(0.0, self.strays)
        better = seen.signal is not None and seen.signal.exceeds(0.0, self.sigmas)
        by_heart = self._by_heart(seen)
        said = (
            f"mean {score_name(seen.task)} while learning {seen.speed.mean:.2g} above that under "
            f"shuffled ones (spread {seen.speed.error:.2g})"
        )
        if seen.signal is not None:
            said = (
                f"{error_name(seen.task)} on {seen.held} validation rows {_by(seen.signal)} "
                f"than after shuffled ones, {said}"
            )
        facts: dict[str, Any] = {
            "measured": seen.speed.mean if seen.signal is None else seen.signal.mean,
            "threshold": f"more than {self.strays:g} times the spread of shuffled labels, or "
            f"{self.sigmas:g} standard errors on validation rows; memorised: "
            f"{score_name(seen.task)} {self.learned:g}",
            "source": "Zhang et al. 2017, arXiv:1611.03530",
            "evidence": self._evidence(seen),
        }
        if not faster and not better:
            return self.finding(
                Status.WARNING,
                f"true labels look random or shuffled: {said}; {by_heart}",
                **facts,
                suggests=("labels_shuffled", "labels_random", "input_uninformative"),
                advice="check how features and labels were joined, and look at a few rows",
            )
        if seen.signal is not None and not better:
            return self.finding(
                Status.NOTE,
                "true labels are learned faster than shuffled ones, but are not shown to be "
                "better on "
                f"validation rows: {said}; {by_heart}",
                **facts,
                advice="more rows, or a smaller or regularised network; `nndoctor data report`: "
                "is one class rare, or are the parts different?",
            )
        learned = all(memory.learned_at is not None for memory in seen.true)
        return self.finding(
            Status.OK if learned else Status.NOTE,
            f"the labels carry signal: {said}; {by_heart}",
            **facts,
            advice=""
            if learned
            else "if the training score is too low: more units, more "
            "updates or another learning rate",
        )

    def _by_heart(self, seen: Memories) -> str:
        """How long each kind took."""
        told = []
        for kind, memories in (("true", seen.true), ("shuffled", seen.shuffled)):
            at = [memory.learned_at for memory in memories]
            took = [step for step in at if step is not None]
            if len(took) == len(at):
                told.append(
                    f"{kind} labels memorised after {round(float(np.median(took)))} updates"
                )
            else:
                best = np.mean([max(memory.scores) for memory in memories])
                told.append(f"{kind} labels not memorised ({score_name(seen.task)} {best:.3g})")
        return f"{seen.rows} rows, {' and '.join(told)}"

    def _evidence(self, seen: Memories) -> tuple[Table | Series, ...]:
        name, curves = score_name(seen.task), []
        rows = []
        for kind, memories in (("true", seen.true), ("shuffled", seen.shuffled)):
            first = memories[0]
            curves.append(
                Series(
                    f"loss under {kind} labels",
                    tuple(map(float, first.updates)),
                    first.losses,
                    "update",
                    "loss",
                    log_y=min(first.losses) > 0,
                )
            )
            at = [memory.learned_at for memory in memories]
            took = [step for step in at if step is not None]
            rows.append(
                (
                    kind,
                    round(float(np.median(took))) if len(took) == len(at) else None,
                    float(np.mean([memory.scores[-1] for memory in memories])),
                    float(np.mean([memory.speed for memory in memories])),
                    float(np.mean([m.errors.mean() for m in memories])) if seen.held else None,
                )
            )
        columns = (
            "labels",
            "updates to memorise",
            f"last {name}",
            f"mean {name} on the way",
            "validation error",
        )
        caption = (
            f"mean of {len(seen.true)} seeds; validation: mean over the looks; curves: first seed"
        )
        return (Table("true against shuffled", columns, tuple(rows), caption), *curves)


def _by(fall: Measured) -> str:
    return f"{'higher' if fall.mean < 0 else 'lower'} by {Measured(abs(fall.mean), fall.error)}"
