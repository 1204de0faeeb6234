"""Searches settings from coarse to fine, confirms the best, and writes the winner."""

import hashlib
import math
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..errors import UsageError
from ..findings import Cell, Curves, Evidence, Report, Series, Table, Verdict
from ..limits import refuse_device
from ..outputs import claimed, drop_half_line
from ..recipe import to_toml
from ..recipe.editing import edit_text
from ..scores import score_name
from ..searching.comparing import KINDS, TRIALS, Sampled, samplers_compared
from ..searching.keeping import (
    Kept,
    Nowhere,
    database,
    journal,
    refuse_other_files,
    without_password,
)
from ..searching.samplers import sampler_named
from ..searching.search import Search
from ..searching.search import search as run_search
from ..searching.space import edits_of
from ..searching.telling import signed, told
from ..setup import Setup, rows_claimed, save_recipe
from ..version import __version__
from ..watch import Interrupted, Watch
from .common import SILENT, make_report, recipe_of, seed_of, single_threaded

USUAL = "random"  # sampler
RESUME = "--resume goes on with it, --force gives it up"


@single_threaded
def search(
    setup: Setup,
    watch: Watch = SILENT,
    *,
    trials: int | None = None,
    stages: int | None = None,
    sampler: str = USUAL,
    budget: float = math.inf,
    jobs: int = 1,
    study: Path | None = None,
    storage: str = "",
    resume: bool = False,
    write: Path | None = None,
    force: bool = False,
) -> Report:
    """The settings of [search.space], or of a default one, searched; the best few confirmed.

    Trials are kept in a journal file `study`, or at an address `storage` that optuna knows, or
    nowhere. `budget`: seconds for the search; the confirmation comes after it. `write`: where the
    winner goes.
    """
    setup = recipe_of(setup, "search")
    if not budget > 0:
        raise UsageError(f"a budget of {budget:g} seconds", "a number above 0, such as 60")
    if study is not None and storage:
        raise UsageError(f"--study {study} beside --storage", "one of them keeps the trials")
    if resume and study is None and not storage:
        raise UsageError("--resume without a study", "--study FILE names what to go on with")
    given = setup.recipe.search
    trials = given.trials if trials is None else trials
    stages = given.stages if stages is None else stages
    if trials < 2 or stages < 1:
        problem = f"{trials} trial{'s' * (trials != 1)} in {stages} stages"
        raise UsageError(problem, "2 trials and 1 stage at least")
    sampler_named(sampler)
    settings = _settings(setup, trials, stages, sampler)
    with (
        claimed(write, [setup.folder / setup.name], force),
        rows_claimed(setup, write, force),
        _keeper(setup, study, storage, settings, resume, force) as keeper,
    ):
        found = run_search(setup, trials, stages, sampler, budget, jobs, keeper, watch)
        again = _command(setup, trials, stages, sampler)
        report = _report(setup, found, again, study, storage, write)
        if resume and isinstance(keeper, Kept):
            report = replace(report, words=(*report.words, _gone_on(keeper, len(found.trials))))
        if write is not None and (cured := _best_text(setup, found)):
            save_recipe(replace(setup, text=cured), write)
            watch.wrote(write)
    return report


def _settings(setup: Setup, trials: int, stages: int, sampler: str) -> str:
    """Equal where two searches try the same."""
    facts = [to_toml(setup.recipe), trials, stages, sampler, __version__, len(setup.train)]
    rows = setup.train.x.tobytes() + setup.train.y.tobytes()
    return hashlib.sha256(repr(facts).encode() + rows).hexdigest()


@contextmanager
def _keeper(
    setup: Setup, study: Path | None, storage: str, settings: str, resume: bool, force: bool
) -> Iterator[Nowhere]:
    """What keeps the trials, of one search at a time."""
    if study is None and not storage:
        yield Nowhere()
        return
    name = f"nndoctor {Path(setup.name).stem}"
    if storage:
        with database(storage) as opened:
            place = without_password(storage)
            yield _opened(Kept(opened, name, place, settings), resume, force)
        return
    assert study is not None
    refuse_device(study)
    if study.exists() and not resume and not force:
        raise UsageError(f"{study} is there already", RESUME)
    with claimed(study, force=True):
        if resume:
            refuse_other_files(study)
        elif force:
            study.unlink(missing_ok=True)
        drop_half_line(study)  # that of a search that was killed
        yield _opened(Kept(journal(study), name, str(study), settings), resume, force)


def _opened(kept: Kept, resume: bool, force: bool) -> Kept:
    """Ready to go on, or empty."""
    kept.refuse_other()  # of another recipe with the same name nothing is given up
    there = kept.names()
    if there and not resume and not force:
        raise UsageError(f"{kept.place} holds a study of this recipe already", RESUME)
    if there and not resume:
        kept.remove()
    kept.count()
    return kept


def _gone_on(kept: Kept, ended: int) -> str:
    """From where a search went on."""
    if not kept.found:
        return f"{kept.place} held no trials: the search began anew"
    return f"{kept.found} of the {ended} trials were in {kept.place} already"


def _best_text(setup: Setup, found: Search) -> str:
    """The winner as TOML, comments kept; "" where there is none, or where it is the recipe."""
    sure = found.confirmation
    trial = sure.contenders[0].trial if sure else next(iter(found.best), None)
    if trial is None:
        return ""
    return edit_text(setup.text, edits_of(setup.recipe, trial.values))


def _command(setup: Setup, trials: int, stages: int, sampler: str) -> str:
    """The search as it is typed, but for where things are kept."""
    given, options = setup.recipe.search, ""
    if trials != given.trials:
        options += f" --trials {trials}"
    if stages != given.stages:
        options += f" --stages {stages}"
    if sampler != USUAL:
        options += f" --sampler {sampler}"
    return f"nndoctor search {setup.argument}{options}"


def _report(
    setup: Setup, found: Search, again: str, study: Path | None, storage: str, write: Path | None
) -> Report:
    """`again`: the command of this search."""
    drawn = told(found, setup.trainable.task, seed_of(setup))
    report = make_report(
        setup,
        "search",
        "Which settings are best?",
        (),
        drawn.evidence,
        interrupted=found.interrupted,
    )
    place = str(study) if study else without_password(storage)
    words = [*report.words, *drawn.words]
    if place:
        words.append(f"the trials are kept in {place}; optuna's own tools open it")
    following = _next(setup, found, again, write)
    if found.why_short and place:
        option = "--study" if study else "--storage"
        following = f"{again} {option} {shlex.quote(place)} --resume"
        if write is not None:
            following += f" --write {shlex.quote(str(write))}"
            if write.exists() or _best_text(setup, found):  # then it will be there
                following += " --force"
    return replace(
        report,
        words=tuple(words),
        summary=drawn.summary,
        decided=drawn.verdict,
        fields={"search": drawn.fields},
        next_step=following,
    )


def _next(setup: Setup, found: Search, again: str, write: Path | None) -> str:
    """What brings a reader further."""
    if not _best_text(setup, found):
        return f"nndoctor checkup {setup.argument}"
    if write is not None:
        return f"nndoctor checkup {shlex.quote(str(write))}"
    return f"{again} --write best.toml"


@single_threaded
def compare_samplers(
    setup: Setup, watch: Watch = SILENT, *, trials: int | None = None, jobs: int = 1
) -> Report:
    """Random search against a grid at equal cost, on several seeds."""
    setup = recipe_of(setup, "search")
    trials = TRIALS if trials is None else trials
    if trials < 2:
        raise UsageError(f"{trials} trials", "2 at least")
    title = "Does random search find more than a grid?"
    try:
        seen = samplers_compared(setup, trials, jobs, watch)
    except Interrupted:
        return make_report(setup, "search", title, (), interrupted=True)
    metric = score_name(setup.trainable.task)
    report = make_report(setup, "search", title, (), [*_sampled(seen, metric)])
    low, high = seen.lead.interval()
    by = f"best {metric} {signed(seen.lead.mean)} ({signed(low)} to {signed(high)})"
    sure, worse = low > 0, high < 0
    verb = "is not distinguishable from"
    if sure or worse:
        verb = f"finds {'more' if sure else 'less'} than"
    return replace(
        report,
        decided=Verdict.PASS,
        next_step=f"nndoctor search {setup.argument}",
        summary=(f"random {verb} a grid of as many trials: {by}",),
        fields={"random_minus_grid": {"mean": seen.lead.mean, "low": low, "high": high}},
    )


def _sampled(seen: Sampled, metric: str) -> Iterator[Evidence]:
    heads = ("sampler", f"best {metric}", "spread", *(one.key for one in seen.space))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            kind,
            float(curves[:, -1].mean()),
            float(curves[:, -1].std(ddof=1)),
            *(seen.values[kind][one.key] for one in seen.space),
        )
        for kind, curves in seen.best.items()
    )
    seeds = len(seen.best[KINDS[0]])
    caption = (
        f"{seen.trials} trials of {seen.epochs} epochs each, mean and standard deviation over "
        f"{seeds} seeds; below each parameter: how many different values of it were tried"
    )
    yield Table("samplers", heads, rows, caption)
    at = tuple(float(number + 1) for number in range(seen.trials))
    means = {kind: tuple(map(float, one.mean(axis=0))) for kind, one in seen.best.items()}
    lines = (Series(k, at, y, "trials", f"validation {metric}") for k, y in means.items())
    yield Curves(f"best {metric} so far", tuple(lines))
