"""Trials that answer from a table instead of training: which changes must be made together."""

from collections.abc import Iterable, Mapping, Sequence

from nndoctor.diagnosis.diagnosis import Diagnosis
from nndoctor.diagnosis.laboratory import Budget, Laboratory, Test
from nndoctor.diagnosis.suspicions import Level, Suspicion
from nndoctor.diagnosis.trial import Inside, Outcome, Patient
from nndoctor.findings import Verdict
from nndoctor.recipe import loads

GOOD, BAD = 0.9, 0.1
RECIPE = """\
[data]
generator = "moons"
n = 100
[model]
hidden = [4]
[optimizer]
name = "sgd"
learning_rate = 0.1
[training]
epochs = 1
"""


def outcome(score: float, moved: float | None = None, diverged: bool = False) -> Outcome:
    inside = None if moved is None else Inside((), (), None, 1.0, moved)  # type: ignore[arg-type]
    return Outcome((score,), (score,), 0.0, diverged, 10, inside)


def suspected(causes: Iterable[str], level: Level = Level.STRONG) -> dict[str, Suspicion]:
    return {cause: Suspicion(cause, level) for cause in causes}


def patient() -> Patient:
    """A recipe without rows: nobody trains on it."""
    return Patient(loads(RECIPE), None)  # type: ignore[arg-type]


def told() -> Diagnosis:
    return Diagnosis(Verdict.SICK, "sick")


class Planted(Laboratory):
    """Cures where all changes of one of the `needed` sets are made; `asked`: what was tried.

    `helps`: what a change brings alone, as a share of the loss.
    """

    def __init__(
        self, *needed: Iterable[str], helps: Mapping[str, float] | None = None, seeds: int = 3
    ) -> None:
        super().__init__(
            patient=patient(), seeds=range(seeds), plain=[outcome(BAD)] * seeds,
            reference=[GOOD] * seeds, standard="network at 0.01", sound={"sound": True},
            sound_scores=[0.0] * seeds, held=True, budget=Budget(1e6),
        )  # fmt: skip
        self.needed = [frozenset(one) for one in needed]
        self.helps = dict(helps or {})
        self.asked: list[frozenset[str]] = []

    def cures(self, edits: Mapping[str, object]) -> bool:
        return any(one <= set(edits) for one in self.needed)

    def test(
        self, causes: Sequence[str], edits: Mapping[str, object], thorough: bool = False
    ) -> Test:
        self.asked.append(frozenset(edits))
        cured = self.cures(edits)
        share = 1.0 if cured else max((self.helps.get(one, 0.0) for one in edits), default=0.0)
        score = BAD + share * (GOOD - BAD)
        runs = (outcome(score),) * len(self.seeds)
        return Test(tuple(causes), edits, runs, (score,) * len(runs), share, 0.01, cured)

    def single(self, cause: str, cheap: bool = False, patient: bool = True, thorough: bool = False):
        return self.test([cause], {cause: True})

    def together(self, causes: Sequence[str], rungs: Mapping[str, int]) -> dict[str, object]:
        return dict.fromkeys(sorted(causes), True)

    def rung(self, cause: str, test: Test) -> int:
        return 0
