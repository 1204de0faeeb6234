"""ND614: does the trained network do in use what it did in training, each row by itself?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status
from ...trainable import Array, Batch, HasBatchMode, Model
from ..check import Check

ROWS = 1000  # that are looked at, in an order of their own: a file may be sorted


@dataclass(frozen=True)
class BothModes:
    """The loss before training, and after it on the same rows: in batches as in training, and in
    use. `beside`, `mixed`: root mean square by which outputs change with the other rows of a batch,
    over their spread, in training and in use; NaN where a batch is one row."""

    start: float
    trained: float
    used: float
    beside: float
    mixed: float


@dataclass(frozen=True)
class TrainingAndUse(Check):
    """## What it does
    After training, compares the loss of the same rows in batches as in training, by their own
    statistics and without dropout, with that in use, by running averages. Then exchanges half of
    the rows of a batch, and looks by how much the answers to the others change, in both modes.

    ## Why it matters
    A row's answer must not depend on the rows that happen to stand beside it. With batch norm it
    does in training, and its averages make up for that in use; where they have seen too few
    updates, or a running average of the parameters has, what was learned is not there in use.

    ## What to do
    More updates, batches of 8 rows and more, inputs that are scaled, so that averages start near
    where they belong; a smaller training.ema; or layer_norm, which looks at one row.

    ## Source
    Ioffe & Szegedy 2015, arXiv:1502.03167, section 3.1; Karpathy 2019, A Recipe for Training Neural
    Networks, on rows that see each other.
    """

    code: str = "ND614"
    name: str = "training-and-use"

    half: float = 0.5  # of the fall of the loss; less is no network that was trained
    most: float = 0.9
    fell: float = 0.1  # of the first loss: less of a fall is no fall to speak of
    times: float = 2.0  # by which the loss in use may then be above the others
    mixed: float = 1e-3  # of the spread: another order of sums changes less

    def measure(
        self, model: Model, batch: Batch, size: int, start: float, seed: int = 0
    ) -> BothModes | None:
        """`size`: rows of a batch; `start`: the loss before training. None where the model does not
        show how it trains."""
        if not isinstance(model, HasBatchMode):
            return None
        some = batch.sample(ROWS)
        rows = some.rows(np.random.default_rng(seed).permutation(len(some)))
        size = min(size, len(rows))
        batches = [rows.rows(slice(k, k + size)) for k in range(0, len(rows) - size + 1, size)]
        used = rows.rows(slice(0, len(batches) * size))
        first, kept = batches[0], size // 2
        x = np.concatenate([first.x[:kept], rows.x[::-1][: size - kept]])
        other = Batch(np.ascontiguousarray(x), first.y)
        with np.errstate(all="ignore"):
            return BothModes(
                start,
                float(np.mean([model.as_batch(one)[0] for one in batches])),
                float(model.loss(used)),
                _change(model.as_batch(first)[1], model.as_batch(other)[1], kept),
                _change(model.outputs(first), model.outputs(other), kept),
            )

    def judge(self, seen: BothModes | None) -> Finding:
        """An error where rows are mixed in use, a warning where little of the fall is left."""
        if seen is None:
            return self.skip(
                "the model does not show its training mode; of a program of one's own "
                "ND808 and ND811 ask this"
            )
        if not np.isfinite([seen.start, seen.trained]).all():
            return self.skip("training broke")
        fall = seen.start - seen.trained
        left = (seen.start - seen.used) / fall if fall > self.fell * abs(seen.start) else np.nan
        both = f"loss {seen.trained:.3g} in training mode, {seen.used:.3g} in evaluation mode"
        facts = {
            "measured": seen.used,
            "expected": seen.trained,
            "threshold": f"in evaluation mode at least {self.most:.0%} of the fall of the loss "
            f"from {seen.start:.3g}, a warning below {self.half:.0%}; answers change by at most "
            f"{self.mixed:g} of their spread with other rows",
            "source": "Ioffe & Szegedy 2015, arXiv:1502.03167, section 3.1",
        }
        if seen.mixed > self.mixed:
            return self.finding(
                Status.ERROR,
                "in evaluation mode a row's answer changes with the rows beside it, by "
                f"{seen.mixed:.2g} of its spread",
                **facts,
                advice="batch_size = 32, so that batch norm has averages, or layer_norm = true",
            )
        fine = left >= self.most if fall > self.fell * abs(seen.start) else self._near(seen)
        if fine:
            return self.finding(Status.OK, both + _beside(seen), **facts)
        warned = not left >= self.half
        told = f"{both}, {seen.start:.3g} before training{_beside(seen)}"
        return self.finding(
            Status.WARNING if warned else Status.NOTE,
            told,
            **facts,
            advice="more updates, scaled inputs, batches of 8 rows and more, a smaller "
            "training.ema, or layer_norm = true",
        )

    def _near(self, seen: BothModes) -> bool:
        return seen.used <= self.times * max(abs(seen.trained), abs(seen.start))


def _beside(seen: BothModes) -> str:
    """What is said of the rows beside a row."""
    if not seen.beside > 1e-6:
        return "; each row is answered by itself"
    return (
        "; each row is answered by itself in evaluation mode, while in training its outputs "
        f"change by {seen.beside:.2g} of their spread with the rows beside it"
    )


def _change(before: Array, after: Array, kept: int) -> float:
    """Of the outputs of the rows that stayed [kept], over the spread of all."""
    if not kept:
        return float("nan")
    spread = np.sqrt(before.var(axis=0, dtype=np.float64).mean())
    change = np.sqrt(np.square(after[:kept] - before[:kept], dtype=np.float64).mean())
    return float(change / spread) if change > 0 else 0.0
