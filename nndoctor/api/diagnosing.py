"""Names the causes, proves them by experiment, and writes the cured recipe."""

import json
import shlex
from dataclasses import fields, replace
from pathlib import Path

from ..checks.data.target_leak import TargetLeak
from ..checks.training.update_ratio import UpdateRatio
from ..diagnosis.budget import Budget
from ..diagnosis.diagnosis import Diagnosis, DiagnosisReport
from ..diagnosis.examination import examine
from ..diagnosis.overview import steps
from ..diagnosis.untrained import suspect
from ..errors import UsageError
from ..findings import Finding, Status, Verdict
from ..importing import Imported, in_words
from ..recipe import loads
from ..recipe.editing import edit_text
from ..setup import Setup, TorchSetup, build, save_recipe, table_of
from ..subjects.recipe_subject import RecipeSubject
from ..subjects.running import work
from ..watch import Unseen, Watch
from .common import (
    PROBE,
    SILENT,
    Examined,
    load_any,
    make_report,
    seed_of,
    single_threaded,
    wanted,
)
from .data import data_report
from .examining import check_loss
from .learned import climbing
from .own_code import torch_findings, torch_subject, words_of
from .own_lines import own_lines
from .planning import setup_report
from .senses import senses
from .torch_words import advised, in_pytorch
from .untrained import untrained_layers
from .whole_runs import figures, whole_run

BUDGET = 60.0  # seconds
SENSING = 0.05  # of all work: a run more that is watched closely, before the search begins
UNSAID = "# {library} can't say all of this, and nothing that it can say was found to do as much"
WHOLE = 0.1  # of all work: one run more of each side, to see what losses and layers do

Source = Examined | str | Path


@single_threaded
def checkup(
    source: Source,
    watch: Watch = SILENT,
    *,
    budget: float = BUDGET,
    fast: bool = False,
    jobs: int = 1,
    placebo: bool = False,
) -> Diagnosis:
    """The causes of bad training, proven by retraining; `fast` only suspects, without training.

    `source` is a set-up, the path of a recipe or of data, or a recipe's text. `budget`: seconds on
    an idle machine; what is done follows from it, not from the clock. `placebo`: a change without
    substance is tried with the others, to see that it is not named.
    """
    if not budget > 0:
        raise UsageError(f"a budget of {budget:g} seconds", "a number above 0, such as 60")
    setup = opened(source)
    findings = _static_findings(setup, watch, fast, jobs)
    if fast or watch.cancelled():
        told = replace(suspect(findings), interrupted=watch.cancelled())
    elif isinstance(setup, TorchSetup):
        other = torch_subject(setup, watch)
        findings += senses(setup, other.cost, SENSING * Budget(budget).work, watch)
        # one start at a time has PyTorch's generators, so that threads would only wait
        told = examine(
            other, findings, seed_of(setup), Budget(budget), other.table.held, 1, watch, placebo
        )
    else:
        findings += senses(setup, work(setup), SENSING * Budget(budget).work, watch)
        subject = RecipeSubject.of(setup, watch)
        seed, held = seed_of(setup), subject.table.held
        told = examine(subject, findings, seed, Budget(budget), held, jobs, watch, placebo)
    if isinstance(setup, Setup):
        cured = edit_text(setup.text, told.prescription) if told.prescription else ""
        if told.trained is not None and not told.interrupted:
            told = _with_figures(setup, cured, told, WHOLE * Budget(budget).work, watch)
        told = replace(told, cured_recipe=cured, code=_code(setup, cured))
    else:
        causes = tuple(replace(one, advice=in_pytorch(one.advice)) for one in told.causes)
        told = replace(told, causes=causes, findings=advised(told.findings))
        told = replace(told, code=own_lines(torch_subject(setup, watch), told))
    words = words_of(setup) if isinstance(setup, TorchSetup) else setup.words
    told = replace(_settled(setup, told), words=words, recipe_text=setup.text)
    return replace(told, steps=steps(told))


def opened(source: Source) -> Examined:
    """What a caller means: a set-up as it is, a path, or the text of a recipe, which has lines."""
    if isinstance(source, Setup | TorchSetup):
        return source
    if isinstance(source, str) and "\n" in source:
        return build(loads(source, "the recipe given"), "the recipe given", source)
    return load_any(source)


def checkup_report(setup: Examined, told: Diagnosis, wrote: Path | None = None) -> DiagnosisReport:
    """A diagnosis ready to be drawn; `wrote`: where its cured recipe went."""
    title = "Why does this network not train?"
    report = make_report(
        setup, "checkup", title, told.findings, told.figures, interrupted=told.interrupted
    )
    shared = {f.name: getattr(report, f.name) for f in fields(report)}
    shared |= {"decided": told.verdict, "fields": told.to_dict()}
    shared |= {"next_step": _next(setup, told, wrote), "argument": _argument(setup, told)}
    return DiagnosisReport(**shared, diagnosis=told, wrote=str(wrote or ""))


def _argument(setup: Examined, told: Diagnosis) -> str:
    limit = told.budget.get("limit", BUDGET)
    return setup.argument + f" --budget {limit:g}s" * (limit != BUDGET)


def write_cured(setup: Examined, told: Diagnosis, path: Path) -> bool:
    """Writes the cured recipe, comments kept, its data path relative to the new place.

    False where there is nothing to write; raises UsageError where the file can't be written.
    """
    if not told.cured_recipe or not isinstance(setup, Setup):
        return False
    save_recipe(replace(setup, text=told.cured_recipe), path)
    return True


def _static_findings(setup: Examined, watch: Watch, fast: bool, jobs: int) -> list[Finding]:
    """What data, set-up and untrained network say; its layers are else looked at in the runs."""
    watch.stage("checking the set-up and the untrained network")
    if not isinstance(setup, Setup):
        return torch_findings(setup, watch)
    found = [*setup_report(setup, watch).findings, *check_loss(setup, watch).findings]
    if fast:
        probe = setup.train.sample(PROBE)
        layers = setup.trainable.fresh(seed_of(setup)).activations(probe)
        found += untrained_layers(setup, layers, probe)
    return [*found, *data_report(table_of(setup), watch, jobs).findings]


def _with_figures(
    setup: Setup, cured: str, told: Diagnosis, most: float, watch: Watch
) -> Diagnosis:
    """With what a whole run as it is looks like, and one with the cure."""
    watch.stage("one run as it is" + ", and one with the change" * bool(cured))
    quiet = Unseen(watch)
    seen = whole_run("as it is", setup, most, quiet)
    runs = [seen] if seen is not None else []
    if cured and seen is not None:
        recipe, data = loads(cured, "the cure"), setup.dataset
        changed = build(recipe, setup.name, cured, setup.folder, data, start=setup.start)
        after = whole_run("changed", changed, most, quiet)
        runs += [after] if after is not None else []
    drawn = {UpdateRatio.code} if runs else set()  # of all layers, below
    found = [replace(f, evidence=()) if f.code in drawn else f for f in told.findings]
    found = [*found, *climbing(seen)]
    return replace(told, findings=tuple(found), figures=(*told.figures, *figures(runs)))


def _settled(setup: Examined, told: Diagnosis) -> Diagnosis:
    """What was warned of but named as no cause is a note: experiments or the verdict overrule it.

    Where nothing was trained a warning stays one.
    """
    named = {code for cause in told.causes for code in cause.findings}
    loud = (Status.WARNING, Status.ERROR)
    tested = told.trained is not None
    findings = tuple(
        replace(f, status=Status.NOTE) if tested and f.status in loud and f.code not in named else f
        for f in wanted(setup, told.findings)
    )
    told = replace(told, findings=findings)
    if told.interrupted and told.trained is None:
        told = replace(told, sentence="interrupted before its training could be judged")
    if told.interrupted and not told.causes:
        told = replace(told, verdict=Verdict.UNDECIDED)
    return told


def _code(setup: Setup, cured: str) -> tuple[str, ...]:
    """The cured recipe in the words of the library that the model is of."""
    if not cured or not isinstance(setup, Imported):
        return ()
    recipe = loads(cured)
    outputs = setup.trainable.task.outputs
    lines = in_words(setup.library, setup.recipe, recipe, outputs, setup.own, setup.behind)
    return lines if setup.says(recipe) else (UNSAID.format(library=setup.library), *lines)


def _next(setup: Examined, told: Diagnosis, wrote: Path | None) -> str:
    """The command that brings a reader further."""
    mine = f"nndoctor checkup {setup.argument}"
    if wrote is not None:
        return f"nndoctor checkup {shlex.quote(str(wrote))}"
    if "needed" in told.budget:
        return f"{mine} --budget {told.budget['needed']:.0f}s"
    if not isinstance(setup, Setup) and told.trained is None:
        loud = [f for f in told.findings if f.status.severity >= Status.WARNING.severity]
        advised = [f"{f.name}: {f.advice}" for f in loud if f.advice]
        return advised[0] if advised else f"nndoctor train {setup.argument}"
    if told.interrupted or (told.trained is None and told.verdict is not Verdict.HEALTHY):
        return mine
    if told.verdict is Verdict.UNDECIDED and not told.finished and "limit" in told.budget:
        return f"{mine} --budget {2 * told.budget['limit']:g}s"
    if told.code:
        return f"the lines above in your code, then {mine}"
    if told.cured_recipe:
        return f"{mine} --write cured.toml"
    if told.verdict is Verdict.HEALTHY:
        return mine if told.trained is None else f"nndoctor train {setup.argument}"
    first = next(iter(told.causes), None)
    leak = _leaking(told) if first and first.cause == "data_leak" else ""
    if leak and isinstance(setup, Setup) and setup.plan is not None:
        return f"{mine} {_dropping(setup.recipe.data.drop, leak)}"
    return f"nndoctor explain {first.cause}" if first else f"nndoctor updates {setup.argument}"


def _leaking(told: Diagnosis) -> str:
    """The column that a check says gives the target away; "" where rows do."""
    leaks = (f for f in told.findings if f.code == TargetLeak.code and f.where.column)
    loud = (f for f in leaks if f.status.severity >= Status.WARNING.severity)
    return next((f.where.column or "" for f in loud), "")


def _dropping(dropped: str | tuple[str, ...] | None, column: str) -> str:
    """The option that leaves out one more column."""
    before = (dropped,) if isinstance(dropped, str) else dropped or ()
    if not before and "," not in column:
        return f"--drop {shlex.quote(column)}"
    every = json.dumps([*before, column], ensure_ascii=False)
    return f"--set {shlex.quote(f'data.drop={every}')}"
