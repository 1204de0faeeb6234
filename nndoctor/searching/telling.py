"""What a search found, in sentences: the winner, how far it is confirmed, what to do next."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..comparison import Difference
from ..findings import Evidence, Verdict
from ..scores import score_name
from ..trainable import Task
from .confirmation import SEEDS, Confirmation, settings_of
from .importance import Importance, importances
from .parameter import in_words
from .search import Search, why_invalid
from .tables import AS_IS, evidence, named
from .trial import Outcome, Trial


@dataclass(frozen=True)
class Told:
    """All that a report of a search needs; `fields` is for machines."""

    evidence: tuple[Evidence, ...]
    summary: tuple[str, ...]
    words: tuple[str, ...]
    verdict: Verdict
    fields: Mapping[str, Any]


def told(found: Search, task: Task, seed: int) -> Told:
    """`seed`: of the draws that the spread of importances comes from."""
    metric = score_name(task)
    shares = importances(found.stages[0].trials, found.stages[0].space, seed)
    return Told(
        evidence(found, metric, shares),
        tuple(_summary(found, metric)),
        tuple(_words(found)),
        _verdict(found),
        _fields(found, metric, shares),
    )


def _verdict(found: Search) -> Verdict:
    if found.confirmation is not None:
        return Verdict.PASS
    return Verdict.UNDECIDED if found.interrupted or not found.trials else Verdict.FAIL


def _summary(found: Search, metric: str) -> Iterator[str]:
    sure = found.confirmation
    if sure is None:
        yield _nothing(found)
        return
    winner, mean = sure.contenders[0], sure.contenders[0].mean(sure.rows)
    confirmed = f"{_interval(mean)} confirmed on {found.where}, from {SEEDS} fresh seeds"
    if winner.trial is None:
        yield f"nothing better than {AS_IS} was found: {metric} {confirmed}"
    else:
        yield f"{metric} {winner.trial.score:.3f} searched, {confirmed}"
        yield f"{named(winner.trial)}: {_written(winner.trial)}"
    others = list(zip(sure.contenders[1:], sure.behind, sure.shown, strict=True))
    trials = [one for one in others if one[0].trial is not None]
    if trials:
        _, lead, shown = min(trials, key=lambda one: one[1].mean)
        yield _against("the next best", lead, shown, len(others))
    as_is = next((one for one in others if one[0].trial is None), None)
    if as_is is not None:
        yield _against(AS_IS, as_is[1], as_is[2], len(others))
    if found.final is not None:
        final = found.final.contenders[0].mean(found.final.rows)
        rows = f"{found.tested} test rows that nothing has seen"
        yield f"final test: {metric} {_interval(final)} on {rows}"


def _nothing(found: Search) -> str:
    """Why there is no winner."""
    if found.best:
        return f"{found.why_short} before the best could be confirmed"
    broken = [one for one in found.trials if one.outcome is Outcome.BROKEN]
    if not found.trials:
        return f"no trial has ended: {found.why_short}"
    if not broken:
        return f"no trial has a score: {found.why_short or 'none could be run'}"
    reason, count = Counter(one.reason for one in broken).most_common(1)[0]
    return f"all {len(broken)} trials that could be run diverged; in {count} of them {reason}"


def _against(what: str, lead: Difference, shown: bool, together: int) -> str:
    """`together`: of how many comparisons 5 % may be wrong; each interval holds on its own."""
    low, high = lead.interval()
    by = f"{signed(lead.mean)} ({signed(low)} to {signed(high)})"
    if shown:
        return f"better than {what}: {by}"
    if low > 0 or high < 0:
        what += f" where all {together} comparisons count together (Holm)"
    return f"not distinguishable from {what}: {by}"


def signed(number: float) -> str:
    """A difference of scores, zero without a minus."""
    return f"{round(number, 3) + 0.0:+.3f}"


def _interval(mean: Difference) -> str:
    low, high = mean.interval()
    return f"{mean.mean:.3f} ({low:.3f} to {high:.3f})"


def _written(trial: Trial) -> str:
    return ", ".join(f"{key} = {in_words(value)}" for key, value in trial.values.items())


def _words(found: Search) -> Iterator[str]:
    count, planned = len(found.trials), sum(stage.trials for stage in found.planned)
    if found.why_short:
        yield f"{count} of {planned} trials have ended: {found.why_short}"
    if found.best:
        told = (
            f"a searched score is the highest of {count}, from one seed, and tends to be too high"
        )
        yield told + _confirmed_too(found)
    yield from (edge.told for one in found.stages for edge in one.edges)
    for reason, times in why_invalid(found.trials):
        yield f"{times} of the {count} recipes tried could not be run: {reason}"


def _confirmed_too(found: Search) -> str:
    """Whether a confirmed score tends to be too high as well."""
    if found.confirmation is None:
        return ""
    if not found.apart:
        return "; so may the confirmed one be, for its rows were searched on"
    if found.confirmation.contenders[0].trial is not found.best[0]:
        return "; so may the confirmed one be, for the winner was chosen by it"
    return "; the confirmed one does not"


def _fields(found: Search, metric: str, shares: Sequence[Importance]) -> dict[str, Any]:
    sure = found.confirmation
    return {
        "metric": metric,
        "winner": _confirmed(sure) if sure else None,
        "test": _numbers(found.final.contenders[0].mean(found.final.rows)) if found.final else None,
        "edges": [edge for one in found.stages for edge in one.edges],
        "importance": list(shares),
        "trials": [
            {
                "stage": one.stage,
                "number": one.number,
                "values": one.values,
                "outcome": one.outcome,
                "epochs": one.trained,
                "score": one.score,
                "scores": one.scores,
                "reason": one.reason,
            }
            for one in found.trials
        ],
    }


def _confirmed(sure: Confirmation) -> dict[str, Any]:
    winner = sure.contenders[0]
    searched = None if winner.trial is None else winner.trial.score
    numbers = _numbers(winner.mean(sure.rows))
    return {
        "name": named(winner.trial),
        "values": settings_of(winner),
        "searched": searched,
        **numbers,
    }


def _numbers(mean: Difference) -> dict[str, float]:
    low, high = mean.interval()
    return {"confirmed": mean.mean, "low": low, "high": high}
