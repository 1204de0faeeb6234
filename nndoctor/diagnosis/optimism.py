"""How much better scores would read where equal rows stand on both sides of the split."""

from dataclasses import replace

from ..comparison import compare
from ..watch import Interrupted
from .diagnosis import Diagnosis
from .laboratory import Laboratory, OutOfBudget
from .records import Gain, Optimism
from .subject import Part, Refused, Subject


def with_optimism(told: Diagnosis, subject: Subject, laboratory: Laboratory) -> Diagnosis:
    """Beside the score on rows never seen that of a plain split, on the same seeds of the search.

    As it was where rows do not repeat, nothing was trained on all rows, or the budget is spent.
    """
    mixed = subject.mixed()
    seeds = sorted(
        seed for key, part, seed in laboratory.made if (key, part) == (subject.key, Part.SEARCH)
    )
    if told.trained is None or isinstance(mixed, Refused) or not seeds:
        return told
    try:
        both = laboratory.arm(mixed, Part.SEARCH, seeds)
    except (OutOfBudget, Interrupted):
        return told
    apart = laboratory.arm(subject, Part.SEARCH, seeds)
    more = compare(both, apart, subject.between(Part.SEARCH))
    seen = Optimism(
        float(both.scores.mean()), float(apart.scores.mean()), Gain.of(more), more.shows(0.0)
    )
    return replace(told, optimism=seen)
