"""Trains a set-up to the end and says what came of it."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..adapters.network import Network
from ..checks.layers.broken_run import BrokenRun
from ..checks.parallel import run_all
from ..errors import UsageError
from ..findings import Report, Series, Table
from ..scores import score, score_name
from ..setup import Setup, resume_network, save_network
from ..training import Ending, Ensemble, Epoch, Progress, Run, fit
from ..watch import Watch
from .common import SILENT, make_report, single_threaded, with_settings

BETWEEN_SAVES = 30.0  # seconds
SHOWN = 12  # epochs in the table, evenly spaced


@dataclass(frozen=True)
class _Trained:
    network: Network
    run: Run
    progress: Progress


@single_threaded
def train(
    setup: Setup, watch: Watch = SILENT, *, save: Path | None = None, resume: Path | None = None,
    budget: float = math.inf, jobs: int = 1,
) -> Report:  # fmt: skip
    """The whole run as the recipe says, `budget` in seconds; `resume` goes on with a saved one."""
    runs, seed = setup.recipe.training.ensemble.runs, setup.recipe.training.seed
    if resume is not None and runs > 1:
        raise UsageError(f"--resume {resume} with {runs} runs", "--set training.ensemble.runs=1")
    _refuse_missing_folder(save)

    def one(number: int) -> _Trained:
        place = save if save is None or runs == 1 else save.with_stem(f"{save.stem}-{number}")
        return _train(setup, seed + number, watch, place, resume, budget)

    trained = run_all(one, range(runs), jobs)
    first = trained[0].run
    finding = with_settings(setup, BrokenRun()).judge(first.trace)
    evidence: list[Table | Series] = [
        *_curves(first),
        _epochs(setup, first),
        *_ensembles(setup, trained),
    ]
    stopped = any(one.run.ending is Ending.INTERRUPTED for one in trained)
    report = make_report(
        setup, "train", "What does training make of it?", [finding], evidence, interrupted=stopped
    )
    words = [
        *report.words,
        f"it ended after {first.trace.updates} updates: {first.ending.sentence}",
    ]
    if first.best is not None:
        words.append(f"the network has the parameters of epoch {first.best.number}, its best")
    if save is not None:
        words.append(f"saved to {save}" + f", one file for each of {runs} runs" * (runs > 1))
    return replace(report, words=tuple(words), next_step=_next(setup, first, save))


def _train(
    setup: Setup, seed: int, watch: Watch, save: Path | None, resume: Path | None, budget: float
) -> _Trained:
    network, progress = setup.trainable.fresh(seed), Progress()
    if resume is not None:
        network, progress = resume_network(resume, setup, seed)
    saved_at = time.monotonic()

    def keep(progress: Progress, ending: Ending | None) -> None:
        nonlocal saved_at
        due = ending is not None or time.monotonic() - saved_at > BETWEEN_SAVES
        if save is not None and due:
            save_network(save, setup, seed, network, progress, ending)
            saved_at = time.monotonic()

    course = setup.course(budget)
    run = fit(network, setup.train, setup.validation, course, watch, progress, keep)
    return _Trained(network, run, progress)


def _refuse_missing_folder(save: Path | None) -> None:
    """Before the training, not after it."""
    if save is not None and not save.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {save.parent}", "make it, or save elsewhere")
    if save is not None and save.suffix != ".npz":
        raise UsageError(f"{save} is no name of an .npz file", f"--save {save.with_suffix('.npz')}")


def _curves(run: Run) -> Iterator[Series]:
    """Loss over epochs on training and validation rows."""
    numbers = tuple(float(epoch.number) for epoch in run.epochs)
    marks = () if run.best is None else (("best", float(run.best.number)),)
    curves = {"training loss": [e.loss for e in run.epochs]}
    if not math.isnan(run.epochs[-1].validation_score):
        curves["validation loss"] = [e.validation_loss for e in run.epochs]
    for name, values in curves.items():
        wide = min(values) > 0 and max(values) > 20 * min(values)
        yield Series(name, numbers, tuple(values), "epoch", "loss", log_y=wide, marks=marks)


def _epochs(setup: Setup, run: Run) -> Table:
    name = score_name(setup.trainable.task)
    columns = ("epoch", "updates", "rate", "loss", name, "validation loss", f"validation {name}")
    shown = _some(run.epochs, run.best)
    rows = tuple(
        (e.number, e.updates, _or_none(e.rate), e.loss, e.score, _or_none(e.validation_loss),
         _or_none(e.validation_score))
        for e in shown
    )  # fmt: skip
    left = len(run.epochs) - len(shown)
    caption = "loss without penalty, dropout and noise; epoch 0 is the untrained network"
    return Table("epochs", columns, rows, caption + f"; {left} epochs are not shown" * (left > 0))


def _some(epochs: Sequence[Epoch], best: Epoch | None) -> list[Epoch]:
    """The first, the last, the best, and some between."""
    last = len(epochs) - 1
    chosen = {round(last * part / (SHOWN - 1)) for part in range(SHOWN)}
    return [e for at, e in enumerate(epochs) if at in chosen or e == best]


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


def _ensembles(setup: Setup, trained: Sequence[_Trained]) -> Iterator[Table]:
    """Each member beside the mean of all, on validation rows where there are any."""
    rows = setup.validation or setup.train
    task, checkpoints = setup.trainable.task, setup.recipe.training.ensemble.checkpoints
    members: list[Network] = []
    names: list[str] = []
    for one in trained:
        name = f"seed {one.network.seed}"
        if checkpoints > 1:
            members += Ensemble.of_checkpoints(one.network, one.progress.kept).members
            names += [f"{name}, state {n}" for n in range(1, len(one.progress.kept) + 1)]
        else:
            members.append(one.network)
            names.append(name)
    if len(members) > 1:
        scores = [score(task, member.outputs(rows), rows) for member in members]
        together = score(task, Ensemble(tuple(members)).outputs(rows), rows)
        body = [*zip(names, scores, strict=True), ("all together", together)]
        where = "validation" if setup.validation else "training"
        yield Table("ensemble", ("member", f"{where} {score_name(task)}"), tuple(body))


def _next(setup: Setup, run: Run, save: Path | None) -> str:
    if run.ending.can_go_on and save is not None:
        return f"nndoctor train {setup.argument} --resume {save} --save {save}"
    return f"nndoctor checkup {setup.argument}"
