"""One stage: its trials side by side, the losers broken off by optuna's Hyperband.

All trials that are abreast train up to a rung before any is judged there, and are judged in their
order: the same are broken off whatever the number of workers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import NNDoctorError
from ..running import spread
from ..watch import Unseen, Watch
from .bench import Bench
from .keeping import Nowhere
from .parameter import values_of
from .running import Live, Recorded, ended
from .samplers import ask, grid, loaded, quiet, sampler_named, seed_of
from .space import Space
from .trial import Outcome, Trial

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import Trial as Asked

FACTOR = 3  # of epochs from stage to stage and from rung to rung: Li et al. 2018, Hyperband
FEWER = 2  # so many times fewer trials from stage to stage


@dataclass(frozen=True)
class Stage:
    """So many trials of so many epochs; numbered from 1."""

    number: int
    trials: int
    epochs: int


def planned(trials: int, stages: int, epochs: int) -> list[Stage]:
    """Many short trials first, few whole ones last."""
    stages = min(stages, trials)
    shares = [FEWER ** (stages - at) for at in range(1, stages + 1)]
    counts = [max(1, trials * share // sum(shares)) for share in shares]
    counts[0] += trials - sum(counts)
    lengths = [max(1, round(epochs / FACTOR ** (stages - at))) for at in range(1, stages + 1)]
    return [Stage(at + 1, counts[at], lengths[at]) for at in range(stages)]


def rungs(epochs: int, whole: bool) -> list[int]:
    """The epochs after which trials are judged, the last one included."""
    made = [] if whole else [FACTOR**power for power in range(20) if FACTOR**power < epochs]
    return [*made, epochs]


@dataclass
class _Abreast:
    """A trial of the stage in hand."""

    asked: "Asked"
    number: int
    inner: Mapping[str, Any]
    values: Mapping[str, Any]
    running: Live | Recorded
    scores: list[tuple[int, float]]
    trial: Trial | None = None


class Runner:
    """Runs stages of trials on a bench; `done` hears of each trial."""

    def __init__(
        self,
        bench: Bench,
        keeper: Nowhere,
        sampler: str,
        seed: int,
        jobs: int,
        done: Callable[[Trial], None],
        whole: bool = False,
    ) -> None:
        self.bench, self.keeper, self.sampler = bench, keeper, sampler
        self.seed, self.jobs, self.done, self.whole = seed, jobs, done, whole

    def run(self, stage: Stage, space: Space) -> tuple[list[Trial], bool]:
        """Its trials by number, and whether all of them could be made."""
        kind = sampler_named(self.sampler)
        self.keeper.begin(stage.number)
        known = self.keeper.trials(stage.number, space)
        study, count = self._study(stage, space), stage.trials
        if kind.points:
            points = grid(space, count)
            count = len(points)
            for point in points:
                study.enqueue_trial(point)
        trials: list[Trial] = []
        waves = iter(
            [range(n, min(n + kind.abreast, count)) for n in range(0, count, kind.abreast)]
        )
        coming: list[_Abreast] = []

        def asked() -> list[_Abreast]:
            return [self._ask(study, stage, space, one, known) for one in next(waves, ())]

        def ahead() -> None:
            """While the machine trains, what does not depend on how that ends."""
            if not kind.learns and not coming:
                coming.extend(asked())

        while going := coming[:] or asked():
            coming.clear()
            whole = self._train(study, going, stage, space, ahead)
            trials += [one.trial for one in going if one.trial is not None]
            if not whole:
                return trials, False
        return trials, True

    def _study(self, stage: Stage, space: Space) -> "Study":
        """The study that chooses and judges, in memory; what is kept is written beside it."""
        optuna = loaded()
        with quiet():
            pruner = optuna.pruners.NopPruner()
            if not self.whole:
                pruner = optuna.pruners.HyperbandPruner(1, max(stage.epochs, 1), FACTOR)
            sampler = sampler_named(self.sampler).make(seed_of(self.seed, stage.number))
            study: Study = optuna.create_study(
                study_name=f"stage {stage.number}",
                direction="maximize",
                sampler=sampler,
                pruner=pruner,
            )
        return study

    def _ask(
        self, study: "Study", stage: Stage, space: Space, number: int, known: Mapping[int, Trial]
    ) -> _Abreast:
        asked = ask(study, self.sampler, space, self.seed, stage.number, number)
        inner = dict(asked.params)
        values = values_of(space, inner)
        if number in known:
            running: Live | Recorded | str = Recorded(known[number])
        else:
            try:
                running = self.bench.start(values, stage.epochs)
            except NNDoctorError as error:
                running = "; ".join(one.problem.removeprefix("recipe: ") for one in error.mistakes)
        if isinstance(running, str):
            trial = Trial(
                stage.number, number, inner, values, stage.epochs, Outcome.INVALID, reason=running
            )
            self.keeper.save(trial, space)
            running = Recorded(trial)
        return _Abreast(asked, number, inner, values, running, [])

    def _train(
        self,
        study: "Study",
        abreast: list[_Abreast],
        stage: Stage,
        space: Space,
        meanwhile: Callable[[], None],
    ) -> bool:
        """False where not all were trained; `meanwhile` is called while they are."""
        for one in abreast:
            if isinstance(one.running, Recorded) and one.running.trial.outcome is Outcome.INVALID:
                self._close(study, one, stage, space, Outcome.INVALID)
        for epoch in rungs(stage.epochs, self.whole):
            going = [one for one in abreast if one.trial is None]
            if not self._further(going, epoch, stage, space, meanwhile):
                return False
            for one in going:
                self._judge(study, one, epoch, stage, space)
        return True

    def _further(
        self,
        going: Sequence[_Abreast],
        epoch: int,
        stage: Stage,
        space: Space,
        meanwhile: Callable[[], None],
    ) -> bool:
        """Trains up to this epoch, and keeps at once what has ended by itself.

        False where not all got so far.
        """
        lives: list[tuple[Live, _Abreast]] = []
        for one in going:
            if isinstance(one.running, Live):
                lives.append((one.running, one))
            else:
                self._scored(one, one.running.after(epoch), epoch, stage, space)
        lives.sort(key=lambda pair: -pair[0].work)  # the longest first
        bench = self.bench

        def train(live: Live, own: Watch) -> Live:
            live.train(epoch, bench.trying, Unseen(own))
            return live

        def heard(number: int, live: Live) -> None:
            one = lives[number][1]
            one.running = live  # from a worker another comes back than was sent
            if not live.stopped:
                self._scored(one, live.score, epoch, stage, space)

        items, watch = [live for live, _ in lives], Unseen(bench.watch)
        found = spread(train, items, self.jobs, watch, heard=heard, meanwhile=meanwhile)
        return not any(live.stopped for live in found)

    def _scored(self, one: _Abreast, score: float, epoch: int, stage: Stage, space: Space) -> None:
        if score == score:
            one.scores.append((epoch, score))
        if score != score or epoch == stage.epochs:
            outcome = Outcome.COMPLETE if score == score else Outcome.BROKEN
            self._record(one, stage, space, outcome)

    def _judge(self, study: "Study", one: _Abreast, epoch: int, stage: Stage, space: Space) -> None:
        """In the order of their numbers."""
        if one.trial is not None:
            self._tell(study, one)
            return
        one.asked.report(one.scores[-1][1], epoch)
        if one.asked.should_prune():
            self._close(study, one, stage, space, Outcome.LOSER)

    def _close(
        self, study: "Study", one: _Abreast, stage: Stage, space: Space, outcome: Outcome
    ) -> None:
        self._record(one, stage, space, outcome)
        self._tell(study, one)

    def _record(self, one: _Abreast, stage: Stage, space: Space, outcome: Outcome) -> None:
        one.trial = ended(
            one.running,
            stage.number,
            one.number,
            one.inner,
            one.values,
            stage.epochs,
            outcome,
            one.scores,
        )
        if not isinstance(one.running, Recorded):
            self.keeper.save(one.trial, space)
            one.running = Recorded(one.trial)  # lets the network go
        self.done(one.trial)

    def _tell(self, study: "Study", one: _Abreast) -> None:
        assert one.trial is not None
        states = loaded().trial.TrialState
        with quiet():
            if one.trial.outcome is Outcome.COMPLETE:
                study.tell(one.asked, one.trial.score)
            else:
                invalid = one.trial.outcome is Outcome.INVALID
                study.tell(one.asked, state=states.FAIL if invalid else states.PRUNED)
