"""ND702: does the validation loss rise while the training loss falls, and since when?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...findings import Finding, Series, Status, Table
from ...trace import EXPLODED
from ..check import Check


@dataclass(frozen=True)
class Curves:
    """Losses of one run after its epochs, the first before any; `restored`: its best epoch's
    parameters were taken back. `learned`: it does better than guessing on its training rows."""

    seed: int
    epochs: tuple[int, ...]
    train: tuple[float, ...]
    validation: tuple[float, ...]
    restored: bool = False
    learned: bool = True


@dataclass(frozen=True)
class Rise:
    """Where the validation loss was lowest, and what it did from there to the end."""

    seed: int
    best_epoch: int
    evaluations: int
    best: float
    last: float
    lost: float
    grown: float
    above: float  # the untrained network's loss, as a share of it: below 0 where the loss fell
    train_fell: bool
    learned: bool = True


@dataclass(frozen=True)
class Overfitting(Check):
    """## What it does
    Looks in whole runs over several seeds for the epoch after which the validation loss only rises
    while the training loss keeps falling, and by how much. Where the network does no better than
    guessing on its training rows, or the training loss does not fall and the validation loss ends
    above the untrained network's, the run went wrong.

    ## Why it matters
    From there on the network memorises its training rows, and gets worse, or overconfident, on all
    other rows.

    ## What to do
    Early stopping (`training.early_stopping`), more rows, L2, dropout, a smaller network.

    ## Source
    Prechelt 1998, Early Stopping - but when?, for loss above its best; 10 %: SageMaker Debugger's
    rule Overfit. The share of the gain lost is ours: a loss near 0 doubles without any harm.
    """

    code: str = "ND702"
    name: str = "overfitting"

    noted: float = 0.1  # of what the best epoch had won over the untrained network is lost again
    warning: float = 0.5  # half of it
    grown: float = 0.1  # SageMaker Debugger, rule Overfit
    lasting: int = 3  # evaluations since the best: fewer may be one bad epoch

    def measure(self, curves: Curves) -> Rise:
        """The last loss is the median of the last tenth, three evaluations at least."""
        held, train = np.array(curves.validation), np.array(curves.train)
        if not np.isfinite(held).any():
            nan = np.nan
            return Rise(curves.seed, curves.epochs[0], 0, nan, nan, nan, nan, nan, False)
        at = int(np.nanargmin(held))
        tail = held[-max(3, len(held) // 10) :]
        best, last = float(held[at]), float(np.median(tail))
        won = float(held[0]) - best
        return Rise(
            seed=curves.seed,
            best_epoch=curves.epochs[at],
            evaluations=len(held) - 1 - at,
            best=best,
            last=last,
            lost=(last - best) / won if won > 0 else 0.0 if at == len(held) - 1 else np.inf,
            grown=(last - best) / abs(best) if best else np.inf,
            above=(last - float(held[0])) / abs(float(held[0])) if held[0] else np.inf,
            train_fell=bool(train[-1] < train[at]),
            learned=curves.learned,
        )

    def judge(self, seen: Sequence[Rise], curves: Sequence[Curves]) -> Finding:
        """By the seed of median loss; a rise that only one seed shows is no finding."""
        if not seen:
            return self.skip("interrupted")
        order = sorted(seen, key=lambda rise: (np.isnan(rise.lost), rise.lost))
        middle = order[len(order) // 2]
        facts: dict[str, Any] = {
            "measured": middle.lost,
            "threshold": f"a rise over {self.lasting} evaluations, by {self.grown:.0%} of the "
            "lowest "
            f"loss and {self.noted:.0%} of the earlier fall, a warning at {self.warning:.0%} of it "
            f"or, where training loss does not fall, {self.grown:.0%} above the untrained network",
            "source": "Prechelt 1998; SageMaker Debugger, rule Overfit",
            "evidence": self._evidence(seen, curves, middle),
        }
        if np.isnan(middle.lost):
            return self.finding(
                Status.ERROR,
                "the validation loss is not finite",
                **facts,
                suggests=("learning_rate_too_high", "exploding_gradient"),
                advice="run `nndoctor lr-sweep`",
            )
        told = f"validation loss lowest in epoch {middle.best_epoch} ({middle.best:.3g}), "
        told += f"about {middle.last:.3g} at the end" if middle.evaluations else "the last one"
        lasts = middle.evaluations >= self.lasting
        rose = middle.grown >= self.grown and middle.lost >= self.noted
        exploded = middle.above >= EXPLODED - 1  # such a run is broken off, and lasts no longer
        diverged = (
            rose and not middle.train_fell and middle.above >= self.grown and (lasts or exploded)
        )
        if not (diverged or (rose and lasts and middle.train_fell)):
            return self.finding(Status.OK, told, **facts)
        climb = f"validation loss rose from {middle.best:.3g} to {middle.last:.3g}"
        if any(one.restored for one in curves):
            told = f"{climb} after epoch {middle.best_epoch}; early stopping restored that epoch"
            return self.finding(Status.OK, told, **facts)
        if diverged or not middle.learned:
            shows = "above that of the untrained network, and training loss did not fall"
            if not diverged:
                shows = "and the network is no better than guessing on its training rows"
            return self.finding(
                Status.WARNING,
                f"no overfitting but a run that went wrong: {climb}, {shows}",
                **facts,
                suggests=("learning_rate_too_high",),
                advice="run `nndoctor lr-sweep`",
            )
        if middle.best_epoch == 0:
            return self.finding(
                Status.WARNING,
                "overfitting from the start: validation loss was never below that of the "
                f"untrained network ({middle.best:.3g}) and ended at {middle.last:.3g}",
                **facts,
                suggests=("overfitting", "labels_random", "labels_shuffled"),
                advice="run `nndoctor capacity`: do the labels carry any signal?",
            )
        return self.finding(
            Status.WARNING if middle.lost >= self.warning else Status.NOTE,
            f"overfitting after epoch {middle.best_epoch}: {climb} while training loss fell",
            **facts,
            suggests=("overfitting",) if middle.lost >= self.warning else (),
            advice="training.early_stopping = { patience = 10 }, L2, dropout or a smaller network",
        )

    def _evidence(
        self, seen: Sequence[Rise], curves: Sequence[Curves], middle: Rise
    ) -> tuple[Table | Series, ...]:
        rows = tuple(
            (rise.seed, rise.best_epoch, rise.best, rise.last, rise.grown, rise.lost)
            for rise in sorted(seen, key=lambda rise: -np.nan_to_num(rise.lost, nan=np.inf))
        )
        columns = ("seed", "best epoch", "best loss", "last loss", "rise", "share of fall lost")
        shown = next((one for one in curves if one.seed == middle.seed), None)
        table = Table("validation loss after its best", columns, rows)
        if shown is None:
            return (table,)
        x, marks = tuple(map(float, shown.epochs)), (("best", float(middle.best_epoch)),)
        return (
            table,
            Series("training loss", x, shown.train, "epoch", "loss", marks=marks),
            Series("validation loss", x, shown.validation, "epoch", "loss", marks=marks),
        )
