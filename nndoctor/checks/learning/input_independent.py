"""ND402: does the network learn anything from its inputs?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Status, Table
from ...trainable import Batch, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.row_errors import errors_of
from ..measures.whole_runs import WholeRun, train_all

JUDGED = 2000  # training rows on which losses and errors are measured


@dataclass(frozen=True)
class Pair:
    """One seed: loss and error of the untrained network, of the trained one, and of its twin
    that was trained, and is judged, without seeing the inputs."""

    seed: int
    start: float
    real: float
    blind: float
    start_error: float
    real_error: float
    blind_error: float

    @property
    def gain(self) -> float:
        """By what share the inputs lower the loss, or the error where that says more.

        An untrained network may be right by luck, so errors are compared with that one too.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            of_loss = 1 - np.float64(self.real) / self.blind
            of_error = 1 - np.float64(self.real_error) / min(self.blind_error, self.start_error)
        return float(np.fmax(of_loss, of_error)) if np.isfinite(self.real) else np.nan


@dataclass(frozen=True)
class InputIndependent(Check):
    """## What it does
    Trains the set-up twice for the same number of updates over several seeds: once on its rows, and
    once on rows in which every input is replaced by the mean of its column. Compares the losses on
    training rows, and the errors.

    ## Why it matters
    Without inputs a network still learns how frequent each target is, and its loss falls. One that
    does no better with its inputs has learned nothing from them: they don't reach the output, they
    carry no information, or the weights do not move at all. A falling loss hides that.

    ## What to do
    Look whether signals pass the layers (`nndoctor activations report`), whether the rate moves
    anything (`nndoctor lr-sweep`), and whether features and targets are of the same rows.

    ## Source
    Karpathy 2019, A Recipe for Training Neural Networks, section 2, "input-independent baseline".
    """

    code: str = "ND402"
    name: str = "input-independent-baseline"

    error: float = 0.01  # of the loss: less is no learning, as in the learning-rate sweep
    warning: float = 0.05  # skore: a training score must beat a dummy's by 5 %
    seeds: int = 3

    def measure(
        self,
        setup: Trainable,
        batch: Batch,
        seeing: Sequence[WholeRun],
        *,
        updates: int,
        jobs: int,
        watch: Watch,
    ) -> tuple[Pair, ...]:
        """`seeing` were trained on these rows; fewer pairs, or none, where the user broke off."""
        mean = batch.x.mean(axis=0, dtype=np.float64).astype(batch.x.dtype)
        hidden = Batch(np.tile(mean, (len(batch), 1)), batch.y)
        trials = [(hidden, run.seed) for run in seeing]
        text = f"training {len(trials)} networks that do not see their inputs"
        blind = train_all(setup, trials, updates, text, jobs, watch)
        task, shown, dark = setup.task, batch.sample(JUDGED), hidden.sample(JUDGED)
        pairs = []
        for run, twin in zip(seeing, blind, strict=False):
            start = setup.fresh(run.seed)
            untrained, trained = errors_of(task, [start, run.model], shown).mean(axis=1)
            without = errors_of(task, [twin.model], dark).mean()
            pairs.append(
                Pair(
                    run.seed,
                    start.loss(shown),
                    run.model.loss(shown) if run.bad_step is None else np.nan,
                    twin.model.loss(dark) if twin.bad_step is None else np.nan,
                    float(untrained),
                    float(trained),
                    float(without),
                )
            )
        return tuple(pairs) if len(blind) == len(seeing) else ()

    def judge(self, seen: Sequence[Pair], error: str = "share of wrong rows") -> Finding:
        """By the median of the gains over the seeds; one seed that learns nothing is told."""
        if not seen:
            return self.skip("interrupted")
        gains = np.array([pair.gain for pair in seen])
        gain = float(np.median(gains))
        real = float(np.median([pair.real for pair in seen]))
        blind = float(np.median([pair.blind for pair in seen]))
        told = f"loss {real:.3g} with its inputs, {blind:.3g} without"
        facts: dict[str, Any] = {
            "measured": gain,
            "expected": 1.0,
            "threshold": f"inputs lower the loss or the {error} by {self.warning:.0%}; below "
            f"{self.error:.0%} nothing is learned from them",
            "source": "Karpathy 2019, A Recipe for Training Neural Networks; 5 %: skore",
            "evidence": (self._table(seen, error),),
        }
        lame = [pair.seed for pair in seen if not pair.gain >= self.error]
        if not np.isfinite([pair.blind for pair in seen]).all():
            broken = sum(not np.isfinite(pair.blind) for pair in seen)
            return self.finding(
                Status.SKIP, f"{told}: training without inputs broke on {broken} seeds", **facts
            )
        if gain >= self.warning:
            if not lame:
                return self.finding(Status.OK, f"{told}: it learns from them", **facts)
            on = ", ".join(map(str, lame))
            return self.finding(
                Status.NOTE,
                f"{told}, but it learns nothing from them on seed {on}",
                **facts,
                advice="the initial weights decide: look at the layers of that seed with --seed",
            )
        still = np.isfinite(gain) and all(
            abs(pair.start - pair.real) < self.error * abs(pair.start) for pair in seen
        )
        if not np.isfinite(gain):
            status, why = Status.ERROR, "training breaks"
        elif gain >= self.error:
            status, why = Status.WARNING, "it hardly learns from its inputs"
        else:
            status, why = Status.ERROR, "it learns nothing from its inputs"
        why += ": the loss does not move at all" if still else ""
        return self.finding(
            status,
            f"{told}: {why}",
            **facts,
            suggests=("learning_rate_too_low", "vanishing_gradient", "dead_relu", "init_constant")
            if still
            else ("input_uninformative", "dead_relu", "vanishing_gradient", "init_constant"),
            advice="run `nndoctor lr-sweep`, then `nndoctor activations report`"
            if still
            else "run `nndoctor activations report`: do signals pass all layers?",
        )

    def _table(self, seen: Sequence[Pair], error: str) -> Table:
        columns = (
            "seed",
            "untrained loss",
            "loss",
            "loss without inputs",
            "gain",
            "error",
            "error without inputs",
        )
        rows = sorted(
            ((p.seed, p.start, p.real, p.blind, p.gain, p.real_error, p.blind_error) for p in seen),
            key=lambda row: np.nan_to_num(row[4], nan=-np.inf),
        )
        caption = f"on training rows; error: {error}"
        return Table("with and without inputs", columns, tuple(rows), caption)
