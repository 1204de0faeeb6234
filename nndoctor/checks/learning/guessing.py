"""ND405: does the trained network do better than guessing?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...comparison import RELEVANT
from ...findings import Finding, Status, Table
from ...scores import guess_scores, row_scores, score_name
from ...trainable import Array, Batch, Model, Task
from ..check import Check
from ..measures.row_errors import LEAST_ROWS, Measured, measured_fall

JUDGED = 5000  # training rows, evenly spaced, as after every epoch


@dataclass(frozen=True)
class Part:
    """Some rows: what the network scores on them, what a constant prediction does, and the rise."""

    name: str
    rows: int
    score: float
    guess: float
    won: Measured


@dataclass(frozen=True)
class Learned:
    """A trained network on its training rows, then on the others there are, in this order."""

    metric: str
    parts: tuple[Part, ...]

    @property
    def judged(self) -> Part:
        """Validation rows where there are enough of them; never test rows."""
        held = [one for one in self.parts if one.name == "validation" and one.rows >= LEAST_ROWS]
        return held[0] if held else self.parts[0]


@dataclass(frozen=True)
class BetterThanGuessing(Check):
    """## What it does
    Scores the trained network on validation rows (on training rows where there are fewer than 20 of
    those) and compares it with a constant prediction: the most frequent class of the training rows,
    or their mean. Test rows are scored as well, but decide nothing.

    ## Why it matters
    A run can end without a complaint and have learned nothing: its loss is that of a constant, and
    an accuracy of 0.96 is a guess where 96 of 100 rows are of one class.

    ## What to do
    `nndoctor checkup` looks for the cause. Good on training rows but no better than guessing on
    others: it memorised its rows, or the labels carry no signal (`nndoctor capacity`).

    ## Source
    CS231n notes and Karpathy 2019, A Recipe for Training Neural Networks: compare with simple
    baselines. Two standard errors of the rows; 0.02 is what counts as a difference in a diagnosis.
    """

    code: str = "ND405"
    name: str = "better-than-guessing"

    relevant: float = RELEVANT
    sigmas: float = 2.0

    def measure(
        self, task: Task, model: Model, train: Batch, validation: Batch | None, test: Batch | None
    ) -> Learned:
        """The network as it is, without training anything."""
        given = {"training": train.sample(JUDGED), "validation": validation, "test": test}
        rows = {name: part for name, part in given.items() if part is not None}
        parts = [_part(task, model, name, train.y, part) for name, part in rows.items()]
        return Learned(score_name(task), tuple(parts))

    def knows(self, task: Task, model: Model, train: Batch) -> bool:
        """Whether the network is shown to do better on its training rows than a constant."""
        seen = _part(task, model, "training", train.y, train.sample(JUDGED))
        return seen.won.exceeds(0.0, self.sigmas)

    def judge(self, seen: Learned) -> Finding:
        """By the rise above the constant, row by row on the same rows."""
        at, training = seen.judged, seen.parts[0]
        told = f"{at.name} {seen.metric} {at.score:.3g}"
        tested = [one for one in seen.parts if one.name == "test"]
        more = "".join(f", test {seen.metric} {one.score:.3g}" for one in tested)
        facts: dict[str, Any] = {
            "measured": at.score,
            "expected": at.guess,
            "threshold": f"more than {self.sigmas:g} standard errors of {at.rows} rows, "
            f"{self.sigmas * at.won.error:.2g}, above a constant prediction",
            "source": "Karpathy 2019, A Recipe for Training Neural Networks",
            "evidence": (self._table(seen),),
        }
        if not np.isfinite(at.score):
            return self.finding(
                Status.ERROR,
                "its outputs are NaN or infinite",
                **facts,
                suggests=("learning_rate_too_high", "exploding_gradient"),
                advice="run `nndoctor lr-sweep`",
            )
        if at.won.exceeds(0.0, self.sigmas):
            return self.finding(Status.OK, f"{told}{more} (guessing {_short(at.guess)})", **facts)
        none = at.won.mean < self.relevant
        claim = "no better than" if none else f"on {at.rows} rows not shown to be better than"
        told = f"{at.name} {seen.metric} {_short(at.score)}: {claim} guessing"
        told += f" ({_short(at.guess)}){more}"
        by_heart = training is not at and training.won.exceeds(self.relevant, self.sigmas)
        if by_heart:
            told += f", though {_short(training.score)} on its training rows"
        return self.finding(
            Status.WARNING if none else Status.NOTE,
            told,
            **facts,
            suggests=("labels_random", "labels_shuffled", "overfitting")
            if by_heart
            else ("learning_rate_too_low", "learning_rate_too_high", "too_few_epochs"),
            advice="run `nndoctor capacity`: do the labels carry any signal?"
            if by_heart
            else "run `nndoctor checkup`: it looks for the cause",
        )

    def _table(self, seen: Learned) -> Table:
        rows = tuple((one.name, one.rows, one.score, one.guess) for one in seen.parts)
        caption = (
            "the network as it is at the end; guessing: the best constant of the training rows"
        )
        tested = any(one.name == "test" for one in seen.parts)
        caption += "; test rows chose nothing" * tested
        return Table("what was learned", ("part", "rows", seen.metric, "guessing"), rows, caption)


def _part(task: Task, model: Model, name: str, known: Array, rows: Batch) -> Part:
    network = row_scores(task, model.outputs(rows), rows.y)
    guess = guess_scores(task, known, rows.y)
    won = measured_fall(network[None], guess[None])
    guessed = round(float(guess.mean()), 12) + 0.0  # R^2 of a mean is 0, but for rounding
    return Part(name, len(rows), float(network.mean()), guessed, won)


def _short(score: float) -> str:
    return f"{round(score, 2) + 0.0:.2f}"  # without the sign of -0.00
