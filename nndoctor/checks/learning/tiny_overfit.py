"""ND401: can the network learn twenty rows by heart?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ...findings import Cell, Finding, Series, Status, Table, Where
from ...scores import score, score_name
from ...trainable import Batch, Model, Plan, Task, Trainable
from ...watch import Watch
from ..check import Check
from ..measures.tiny_rows import ceiling_of, conflicts_in, first_rows, wrong_rows

FALLBACK = (0.1, 0.01)
LADDER = tuple(float(rate) for rate in 10.0 ** np.arange(-4, 1.01, 0.5))


@dataclass(frozen=True)
class Attempt:
    """One rate's run; `steps` updates were made; curves are sampled every `every` updates."""

    optimizer: str
    rate: float
    steps: int
    every: int
    losses: tuple[float, ...]
    scores: tuple[float, ...]
    passed: bool
    diverged_at: int | None = None
    diverged_in: str = ""


@dataclass(frozen=True)
class Overfit:
    """What was tried. `wrong` are positions in the subset, under the best attempt; `conflicts`
    pairs of them, identical rows with different targets, which leave `ceiling` as the best score
    there is; `cancelled`: the user broke off."""

    task: Task
    rows: tuple[int, ...]
    attempts: tuple[Attempt, ...]
    wrong: tuple[tuple[int, str, str], ...]
    conflicts: tuple[tuple[int, int], ...]
    ceiling: float = 1.0
    cancelled: bool = False

    @property
    def best(self) -> Attempt:
        """The attempt with the highest score, and among equals the lowest loss: never NaN's."""
        return max(self.attempts, key=_merit)


@dataclass(frozen=True)
class TinyOverfit(Check):
    """## What it does
    Trains on the first 20 rows (every class present) without regularisation and dropout, by plain
    full-batch gradient descent, until they are memorised. The learning rate is the best of a short
    ladder of trials; if it fails, the next best is tried, and then Adam as a second opinion, at two
    rates too: deep or narrow networks that plain descent can't move are slow, not broken.

    ## Why it matters
    Every working network memorises twenty rows. One that can't has a fault that no amount of data
    or tuning cures: gradients that don't flow, a loss that doesn't fit its targets, an output that
    can't reach them, or rows that contradict each other.

    ## What to do
    Look at the rows still wrong. Then check last activation against loss against targets
    (`nndoctor check-loss`), and whether signals reach the last layer
    (`nndoctor activations report`).

    ## Source
    CS231n lecture 5 (2016): "make sure that you can overfit very small portion of the training
    data"; Karpathy 2019, A Recipe for Training Neural Networks.
    """

    code: str = "ND401"
    name: str = "tiny-overfit"
    least: ClassVar = {"rows": 2}

    rows: int = 20  # CS231n
    updates: int = 5000  # 20-row updates are cheap; the lecture's example needs 200 epochs
    loss_share: float = 0.01  # of the first loss: all right, and surely so
    r_squared: float = 0.99  # regression: less than 1 % of the variance is left
    nearly: float = 0.1  # share of rows wrong and of the first loss left: it learns, and got stuck
    every: int = 5
    trial: int = 100  # updates of each short trial of a rate
    rate: float | None = None
    optimizer: str = ""  # plain gradient descent, then Adam

    def measure(
        self, setup: Trainable, batch: Batch, numbers: Sequence[int], seed: int, watch: Watch
    ) -> Overfit:
        """Up to two runs; `numbers` are the row numbers to show, one for each row of `batch`."""
        chosen = first_rows(setup.task, batch.y, self.rows)
        tiny = batch.rows(chosen)
        attempts: list[Attempt] = []
        wrong: tuple[tuple[int, str, str], ...] = ()
        for optimizer, rate in self._trials(setup, tiny, seed, watch):
            if watch.cancelled():
                break
            model = setup.fresh(seed)
            tried = self._attempt(setup.task, model, tiny, optimizer, rate, watch)
            if not attempts or _merit(tried) > max(map(_merit, attempts)):
                wrong = wrong_rows(setup.task, model.outputs(tiny), tiny.y)
            attempts.append(tried)
            if tried.passed:
                break
        passed = bool(attempts) and attempts[-1].passed
        return Overfit(
            setup.task,
            tuple(int(numbers[i]) for i in chosen),
            tuple(attempts),
            () if passed else wrong,
            () if passed else conflicts_in(tiny),
            ceiling_of(setup.task, tiny),
            watch.cancelled() and not passed,
        )

    def judge(self, seen: Overfit) -> Finding:
        """Passed, nearly, or not."""
        facts: dict[str, Any] = {
            "threshold": f"R^2 above {self.r_squared}"
            if seen.task.kind == "regression"
            else f"all rows right and a loss below {self.loss_share:.0%} of the first",
            "source": "CS231n lecture 5 (2016)",
            "evidence": self._evidence(seen),
        }
        if not seen.attempts or (seen.cancelled and not seen.attempts[-1].passed):
            done = sum(attempt.steps for attempt in seen.attempts)
            return self.finding(Status.SKIP, f"interrupted after {done} updates", **facts)
        last = seen.attempts[-1]
        name, best = score_name(seen.task), max(_last(a.scores) for a in seen.attempts)
        before = max((_last(a.scores) for a in seen.attempts[:-1]), default=-np.inf)
        facts |= {"measured": best, "expected": 1.0}
        if last.passed:
            told = (
                f"{len(seen.rows)} rows memorised after {last.steps} updates of "
                f"{last.optimizer} at rate {last.rate:.2g}: {name} {_last(last.scores):.3g}, loss "
                f"{_last(last.losses):.2g}"
            )
            if len(seen.attempts) > 2:
                told += f"; {seen.attempts[0].optimizer} only reached {name} {before:.3g}"
                return self.finding(Status.NOTE, told, **facts)
            return self.finding(Status.OK, told, **facts)
        tried = ", ".join(f"{a.optimizer} at {a.rate:.2g}" for a in seen.attempts)
        told = f"{len(seen.rows)} rows not memorised by {tried}: {name} {best:.3g}"
        diverged = [a for a in seen.attempts if a.diverged_at is not None]
        if diverged:
            ill = diverged[-1]
            told += (
                f"; not finite at update {ill.diverged_at}, {ill.diverged_in} (rate {ill.rate:.2g})"
            )
            facts["where"] = Where(layer=ill.diverged_in, step=ill.diverged_at)
        if seen.conflicts:
            first, second = (seen.rows[i] for i in seen.conflicts[0])
            told += (
                f"; rows {first} and {second} are identical but have different targets, so no "
                f"network gets above {seen.ceiling:.3g}"
            )
            if best >= seen.ceiling - (1 - self.r_squared if seen.task.kind == "regression" else 0):
                return self.finding(
                    Status.WARNING,
                    told,
                    **facts,
                    suggests=("conflicting_labels",),
                    advice="all other rows are learned: look at these",
                )
        if best >= 1 and seen.task.kind != "regression":
            left = min(_last(a.losses) for a in seen.attempts if _last(a.scores) >= 1)
            told += f", but the loss is still {left:.2g}"
            return self.finding(
                Status.WARNING,
                told,
                **facts,
                advice="all rows right, but not confidently: train longer",
            )
        if any(self._nearly(attempt) for attempt in seen.attempts):
            return self.finding(
                Status.NOTE,
                told,
                **facts,
                advice="it learns, and got stuck before the last rows: try another --seed",
            )
        return self.finding(
            Status.ERROR,
            told,
            **facts,
            suggests=("wrong_output_activation", "wrong_loss", "vanishing_gradient", "dead_relu"),
            advice="check last activation against loss against targets, then run "
            "`nndoctor activations report`: do signals reach the last layer?",
        )

    def _nearly(self, attempt: Attempt) -> bool:
        """Whether so much was learned that signals and gradients must flow."""
        first = attempt.losses[0] if attempt.losses else np.nan
        fallen = _last(attempt.losses) < self.nearly * first
        return fallen and _last(attempt.scores) >= 1 - self.nearly

    def _trials(
        self, setup: Trainable, tiny: Batch, seed: int, watch: Watch
    ) -> Iterator[tuple[str, float]]:
        """Optimizer and rate to try, in order, as long as nothing passes."""
        chosen = self.optimizer or "sgd"
        if self.rate:
            rates = self.rate, self.rate / 10
        else:
            rates = self._rates(setup, tiny, seed, chosen, watch)
        yield from ((chosen, rate) for rate in rates)
        if not self.optimizer:
            best = self._rates(setup, tiny, seed, "adam", watch)[0]
            yield from (("adam", rate) for rate in (best, best / 10))  # a trial is short

    def _rates(
        self, setup: Trainable, tiny: Batch, seed: int, optimizer: str, watch: Watch
    ) -> tuple[float, float]:
        """The best two neighbours of a ladder of short trials."""
        watch.stage(f"short trials of {optimizer}", len(LADDER))
        finals = []
        for done, rate in enumerate(LADDER):
            if watch.cancelled():
                return FALLBACK
            watch.advance(done)
            model = setup.fresh(seed)
            plan = Plan(self.trial, 0, optimizer, rate, regularised=False)
            bad = model.train(tiny, plan).first_bad
            finals.append(model.loss(tiny) if bad is None else np.inf)
        losses = np.where(np.isfinite(finals), finals, np.inf)
        best = int(losses.argmin())
        first = setup.fresh(seed).loss(tiny)
        if not losses[best] < (1 - self.loss_share) * first:
            return FALLBACK  # nothing moves it, so no trial is better than another
        neighbours = [i for i in (best - 1, best + 1) if 0 <= i < len(LADDER)]
        return LADDER[best], LADDER[min(neighbours, key=lambda i: losses[i])]

    def _attempt(
        self, task: Task, model: Model, tiny: Batch, optimizer: str, rate: float, watch: Watch
    ) -> Attempt:
        losses = [model.loss(tiny)]
        scores = [score(task, model.outputs(tiny), tiny)]
        text = f"memorising {len(tiny)} rows, {optimizer} at {rate:.2g}"
        watch.stage(text, self.updates)

        def passed() -> bool:
            if task.kind == "regression":
                return scores[-1] > self.r_squared
            return scores[-1] >= 1 and losses[-1] < self.loss_share * losses[0]

        def go_on(done: int) -> bool:
            losses.append(model.loss(tiny))
            scores.append(score(task, model.outputs(tiny), tiny))
            watch.advance(done, loss=losses[-1], **{score_name(task): scores[-1]})
            return not passed() and not watch.cancelled()

        plan = Plan(self.updates, 0, optimizer, rate, regularised=False, every=self.every)
        trace = model.train(tiny, plan, go_on)
        bad = trace.first_bad
        return Attempt(
            optimizer,
            rate,
            trace.updates,
            self.every,
            tuple(losses),
            tuple(scores),
            bad is None and passed(),
            bad.step if bad else None,
            bad.layer if bad else "",
        )

    def _evidence(self, seen: Overfit) -> tuple[Table | Series, ...]:
        name = score_name(seen.task)
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                a.optimizer,
                a.rate,
                a.steps,
                a.losses[0],
                _last(a.losses),
                _last(a.scores),
                "learned"
                if a.passed
                else "diverged"
                if a.diverged_at is not None
                else "not learned",
            )
            for a in seen.attempts
        )
        columns = ("optimizer", "rate", "updates", "first loss", "last loss", name, "result")
        listed = ", ".join(str(row) for row in seen.rows[:20])
        more = f" and {len(seen.rows) - 20} more" if len(seen.rows) > 20 else ""
        runs = Table("tiny subset", columns, rows, f"rows {listed}{more}")
        best = [seen.best] if seen.attempts else []
        curves = tuple(
            Series(
                f"loss on {len(seen.rows)} rows, {a.optimizer} at {a.rate:.2g}",
                tuple(float(i * a.every) for i in range(len(a.losses))),
                a.losses,
                "update",
                "loss",
                log_y=min(a.losses) > 0,
            )
            for a in best
        )
        tried = "".join(f"after the best attempt, {a.optimizer} at {a.rate:.2g}" for a in best)
        wrong = tuple(
            (seen.rows[i], is_, told, _partner(seen, i)) for i, is_, told in seen.wrong[:20]
        )
        more = f"; {len(seen.wrong) - 20} more" if len(seen.wrong) > 20 else ""
        left = Table(
            "rows still wrong", ("row", "target", "prediction", "note"), wrong, tried + more
        )
        return (runs, *curves, *((left,) if wrong else ()))


def _merit(attempt: Attempt) -> tuple[bool, float, float]:
    """What attempts are compared by: NaN loses to any number."""
    reached, left = _last(attempt.scores), _last(attempt.losses)
    return (
        attempt.passed,
        -np.inf if np.isnan(reached) else reached,
        -np.inf if np.isnan(left) else -left,
    )


def _last(values: Sequence[float]) -> float:
    return values[-1] if values else float("nan")


def _partner(seen: Overfit, position: int) -> str:
    for i, j in seen.conflicts:
        if position in (i, j):
            return f"identical to row {seen.rows[j if position == i else i]}, other target"
    return ""
