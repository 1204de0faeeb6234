"""Trains a set-up to the end and says what came of it."""

import math
import os
import shlex
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..adapters.network import Network
from ..checks.layers.broken_run import BrokenRun
from ..errors import UsageError
from ..findings import Finding, Report, Series, Status, Table, worst
from ..limits import place
from ..outputs import claimed, growing, same_file
from ..running import run_all
from ..scores import score, score_name
from ..setup import Setup, resume_network, save_network
from ..training import Ending, Ensemble, Epoch, Progress, Run, fit, happened
from ..watch import Unseen, Watch
from .common import SILENT, Examined, make_report, seed_of, single_threaded, with_settings
from .following import Follower, chance_of, record_of, wide_range
from .learned import headline, learned
from .run_folder import going_on, network_in, run_folder

if TYPE_CHECKING:
    from ..training.fit import Trainee

BETWEEN_SAVES = 30.0  # seconds
SHOWN = 12  # epochs in the table, evenly spaced


@dataclass(frozen=True)
class _Trained:
    network: "Trainee"
    run: Run
    progress: Progress
    saved: Path | None


@single_threaded
def train(
    setup: Examined,
    watch: Watch = SILENT,
    *,
    save: Path | None = None,
    resume: Path | None = None,
    budget: float = math.inf,
    jobs: int = 1,
    force: bool = False,
    events: Path | None = None,
    run: Path | None = None,
) -> Report:
    """The whole run as the recipe says, `budget` in seconds; `resume` goes on with a saved one.

    `events`: a file that gets a line of JSON for each epoch and event; `run`: a folder for recipe,
    network, events and result (docs/training.md), which may be the one resumed. A file is replaced
    only under `force`, or where it is the one resumed.
    """
    network = network_in(resume)
    if resume is not None and resume.is_dir():
        run = resume if run is None and save is None else run
    if run is None:
        return _report(setup, watch, save, network, budget, jobs, force, events)
    if save is not None or events is not None:
        asked = f"--save {save}" if save is not None else f"--events {events}"
        raise UsageError(f"{asked} beside a run folder", "the folder keeps it as well")
    if not isinstance(setup, Setup):
        raise UsageError(
            f"{run}: a PyTorch model has no run folder", "--events FILE keeps its events"
        )
    again = resume is not None and same_file(run, resume)
    with run_folder(run, setup, force or again) as folder:
        report = _report(
            setup,
            watch,
            folder.network,
            network,
            budget,
            jobs,
            force or again,
            folder.events,
            again,
        )
        folder.keep(report)
    watch.wrote(run)
    return report


def _report(
    setup: Examined,
    watch: Watch,
    save: Path | None,
    resume: Path | None,
    budget: float,
    jobs: int,
    force: bool,
    events: Path | None,
    more_events: bool = False,
) -> Report:
    runs, seed = setup.runs, seed_of(setup)
    if resume is not None and runs > 1:
        raise UsageError(f"--resume {resume} with {runs} runs", "--set training.ensemble.runs=1")
    if not budget >= 0:
        raise UsageError(f"a budget of {budget:g} seconds", "a number from 0 on, or none at all")
    places = [save if save is None or runs == 1 else _numbered(save, seed + n) for n in range(runs)]
    _refuse_other_names(save)
    if not isinstance(setup, Setup) and (save is not None or resume is not None):
        raise UsageError(
            "a PyTorch model is not saved here", "torch.save(model.state_dict(), path) in your file"
        )

    def one(number: int) -> _Trained:
        watched = watch if number == 0 else Unseen(watch)
        follower = Follower(setup, seed + number, watched, write, runs > 1)
        return _train(setup, seed + number, watch, places[number], resume, budget, follower)

    with ExitStack() as claims:
        claims.enter_context(claimed(events, setup.inputs, force or more_events))
        for place in places:
            same = place is not None and resume is not None and same_file(place, resume)
            claims.enter_context(claimed(place, setup.inputs, force or same))
        write = None if events is None else claims.enter_context(growing(events, more_events))
        trained = run_all(one, range(runs), jobs)
    for done in trained:
        if done.saved is not None:
            watch.wrote(done.saved)
    evidence: list[Table | Series] = [
        *_curves(trained[0].run),
        _epochs(setup, trained[0].run),
        *_events(setup, trained[0]),
        *_ensembles(setup, trained),
    ]
    stopped = any(one.run.ending is Ending.INTERRUPTED for one in trained)
    findings = _worst([_findings(setup, one, runs > 1) for one in trained])
    report = make_report(
        setup, "train", "How does training go?", findings, evidence, interrupted=stopped
    )
    words = [*report.words, *(word for one in trained for word in _words(one, runs > 1))]
    if (ended := trained[0].progress.ended) is not None:
        words.append(f"{resume} has nothing left to do, {_again(setup, ended)}")
    if save is not None:
        words.append("saved to " + ", ".join(map(str, places)))
    details = {
        f"seed {one.network.seed}": {"ending": one.run.ending, "updates": one.run.trace.updates}
        for one in trained
    }
    command = _next(setup, trained[0].run, save)
    if not command and _is_of_use(findings):
        command = _use(setup, save)
    command = command or report.next_step
    return replace(
        report,
        words=tuple(words),
        next_step=command,
        details=details,
        headline="" if stopped else headline(report.findings),
    )


def _train(
    setup: Examined,
    seed: int,
    watch: Watch,
    save: Path | None,
    resume: Path | None,
    budget: float,
    follower: Follower,
) -> _Trained:
    network: Trainee = setup.trainable.fresh(seed)
    progress = Progress()
    if resume is not None and isinstance(setup, Setup):
        network, progress = resume_network(resume, setup, seed)
        if progress.ended is not None and save is not None and same_file(save, resume):
            save = None  # all that there is to keep is there
    saved_at = time.monotonic()

    def keep(progress: Progress, ending: Ending | None) -> None:
        nonlocal saved_at
        due = ending is not None or time.monotonic() - saved_at > BETWEEN_SAVES
        if save is not None and due and isinstance(setup, Setup) and isinstance(network, Network):
            save_network(save, setup, seed, network, progress, ending)
            saved_at = time.monotonic()

    course = follower.course(setup.course(budget))
    follower.start()
    run = fit(network, setup.train, setup.validation, course, watch, progress, keep, follower.look)
    follower.end(run, progress)
    return _Trained(network, run, progress, save)


def _numbered(save: Path, seed: int) -> Path:
    return save.with_stem(f"{save.stem}-{seed}")


def _refuse_other_names(save: Path | None) -> None:
    if save is not None and save.suffix != ".npz":
        other = save.with_suffix(".npz") if save.name else "model.npz"
        raise UsageError(f"{save} is no name of an .npz file", f"--save {other}")


def _again(setup: Examined, ended: Ending) -> str:
    """What would bring a finished run further."""
    if ended is Ending.COMPLETED and not setup.trainable.full_batch:
        return "--set training.epochs=... makes more of them"
    return "only another recipe, without --resume, would make another run"


def _findings(setup: Examined, one: _Trained, several: bool) -> list[Finding]:
    """What is said of one run: whether it broke, and what it learned."""
    seen, rise = one.run.epochs, None
    if one.run.ending is Ending.EXPLODED:
        rise = seen[-1].loss / abs(seen[0].loss) if seen[0].loss else math.inf
    broken = with_settings(setup, BrokenRun()).judge(one.run.trace, rise)
    found = [broken, *learned(setup, one.network, one.run)]
    who = f"seed {one.network.seed}: " * several
    return [replace(f, message=f"{who}{f.message}") for f in found]


def _worst(by_run: Sequence[Sequence[Finding]]) -> list[Finding]:
    """Of each check that of the worst run; of the first where all are well."""
    return [max(found, key=lambda f: f.status.severity) for found in zip(*by_run, strict=True)]


def _words(one: _Trained, several: bool) -> Iterator[str]:
    who, run = f"seed {one.network.seed}: " * several, one.run
    yield f"{who}it ended after {run.trace.updates} updates: {run.ending.sentence}"
    if run.best is not None:
        yield f"{who}the network kept is that of epoch {run.best.number}, the best"


def _curves(run: Run) -> Iterator[Series]:
    """Loss over epochs on training and validation rows, on scales of one kind."""
    if len(run.epochs) < 2:  # it broke in its first
        return
    numbers = tuple(float(epoch.number) for epoch in run.epochs)
    marks = () if run.best is None else (("best", float(run.best.number)),)
    curves = {"training loss": [e.loss for e in run.epochs]}
    if _validated(run):
        curves["validation loss"] = [e.validation_loss for e in run.epochs]
    wide = wide_range([value for values in curves.values() for value in values])
    for name, values in curves.items():
        yield Series(name, numbers, tuple(values), "epoch", "loss", log_y=wide, marks=marks)


def _epochs(setup: Examined, run: Run) -> Table:
    name = score_name(setup.trainable.task)
    held = ("validation loss", f"validation {name}") * _validated(run)
    columns = ("epoch", "updates", "rate", "loss", name, *held)
    shown = _some(run.epochs, run.best)
    rows = tuple(
        (
            e.number,
            e.updates,
            None if math.isnan(e.rate) else e.rate,
            e.loss,
            e.score,
            *(e.validation_loss, e.validation_score) * _validated(run),
        )
        for e in shown
    )
    left = len(run.epochs) - len(shown)
    caption = "; ".join(_captions(setup, name, _validated(run)))
    if left:
        caption += f"; {left} epoch{'s are' if left > 1 else ' is'} not shown"
    return Table("epochs", columns, rows, caption)


def _captions(setup: Examined, score: str, validated: bool) -> Iterator[str]:
    """What the numbers of the table are."""
    if setup.trainable.full_batch:
        yield "loss without penalty, after the update"
    else:
        yield f"loss (without penalty) and {score}: mean over the epoch, on the batches as trained"
        if validated:
            yield "validation: after it"
    yield "epoch 0 is the untrained network"


def _validated(run: Run) -> bool:
    return not math.isnan(run.epochs[-1].validation_score)


def _some(epochs: Sequence[Epoch], best: Epoch | None) -> list[Epoch]:
    """The first, the last, the best, and some between."""
    last = len(epochs) - 1
    chosen = {round(last * part / (SHOWN - 1)) for part in range(SHOWN)}
    return [e for at, e in enumerate(epochs) if at in chosen or e == best]


def _events(setup: Examined, one: _Trained) -> Iterator[Table]:
    """What happened in the run, where anything did, whether or not somebody followed it.

    A run that goes on knows the layers only from there on.
    """
    seen = happened(record_of(setup, one.progress, chance_of(setup)))
    if seen:
        rows = tuple((event.epoch, event.kind.value, event.message) for event in seen)
        yield Table("what happened", ("epoch", "event", "what was seen"), rows)


def _ensembles(setup: Examined, trained: Sequence[_Trained]) -> Iterator[Table]:
    """Each member beside the mean of all, on validation rows where there are any."""
    rows = setup.validation or setup.train
    task, checkpoints = setup.trainable.task, setup.checkpoints
    members: list[Network] = []
    names: list[str] = []
    for one in trained:
        name, kept = f"seed {one.network.seed}", one.progress.kept
        if checkpoints > 1 and isinstance(one.network, Network):
            members += Ensemble.of_checkpoints(one.network, list(kept.values())).members
            names += [f"{name}, epoch {epoch}" for epoch in kept]
        else:
            members += [one.network] if isinstance(one.network, Network) else []
            names.append(name)
    if len(members) > 1:
        scores = [score(task, member.outputs(rows), rows) for member in members]
        together = score(task, Ensemble(tuple(members)).outputs(rows), rows)
        body = [*zip(names, scores, strict=True), ("all together", together)]
        where = "validation" if setup.validation else "training"
        yield Table("ensemble", ("member", f"{where} {score_name(task)}"), tuple(body))


def _is_of_use(findings: Sequence[Finding]) -> bool:
    """Whether nothing is warned of, and it is better than guessing (ND405)."""
    unsure = any(f.code == "ND405" and f.status is not Status.OK for f in findings)
    return worst(f.status for f in findings).severity < Status.WARNING.severity and not unsure


def _use(setup: Examined, save: Path | None) -> str:
    """How a saved network is asked about the rows of its own file; "" where there is none."""
    if not isinstance(setup, Setup) or save is None:
        return ""
    path = setup.recipe.data.path
    if path is None or setup.beside(save) or setup.recipe.training.ensemble.runs > 1:
        return ""
    rows = os.path.normpath(place(setup.folder, path))
    return shlex.join(["nndoctor", "predict", str(save), rows])


def _next(setup: Examined, run: Run, save: Path | None) -> str:
    """How a run that can go on does so; "" for any other."""
    one = setup.runs == 1 and not setup.trainable.full_batch
    if not (one and run.ending.can_go_on and save is not None):
        return ""
    return f"nndoctor train {setup.argument} {going_on(save)}"
