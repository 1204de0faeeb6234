"""Names the causes, proves them by experiment, and writes the cured recipe."""

import difflib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..diagnosis.causes import CAUSES
from ..diagnosis.changes import CHANGES, runnable
from ..diagnosis.decisions import difference, health
from ..diagnosis.diagnosis import Diagnosis, NamedCause
from ..diagnosis.examination import examine, suspect
from ..diagnosis.references import best, references
from ..diagnosis.trial import Patient, train_all
from ..errors import UsageError
from ..findings import Finding, Report, Status, Table, Verdict
from ..recipe.editing import edit_text
from ..recipe.names import meant
from ..setup import Setup, save_recipe
from ..watch import Watch
from .common import SILENT, make_report, seed_of, single_threaded
from .data import data_report, load_data
from .examining import check_loss
from .planning import setup_report

BUDGET = 60.0  # seconds
SEEDS = 3
SHOWN_CAUSES = 5


@single_threaded
def diagnose(
    setup: Setup, watch: Watch = SILENT, *, budget: float = BUDGET, fast: bool = False,
    jobs: int = 1,
) -> Diagnosis:  # fmt: skip
    """The causes, proven by retraining; `fast` only suspects, without training.

    `budget` is work in seconds of a usual machine, so that a verdict does not hang on this one.
    """
    if not budget > 0:
        raise UsageError(f"a budget of {budget:g} seconds", "a number above 0, such as 60")
    findings = _static_findings(setup, watch)
    return suspect(findings) if fast else examine(setup, findings, budget, jobs, watch)


def diagnosis_report(setup: Setup, told: Diagnosis) -> Report:
    """A diagnosis ready to be drawn: verdict first, then causes, change, proof, what else cures."""
    supporting = {code for cause in told.causes for code in cause.findings}
    findings = [f for f in told.findings if f.code in supporting or f.status is Status.BROKEN]
    title = "Why does this network not train?"
    report = make_report(setup, "diagnose", title, findings, list(_tables(told)))
    cured = cured_recipe(setup, told)
    return replace(
        report,
        decided=Verdict.UNDECIDED if told.interrupted and not told.causes else told.verdict,
        summary=tuple(_summary(setup, told)),
        fields=told.to_dict() | {"cured_recipe": cured},
        next_step=_next(setup, told),
        interrupted=told.interrupted,
        brief=True,
    )


def cured_recipe(setup: Setup, told: Diagnosis) -> str:
    """The recipe with the prescription made, comments kept; "" where there is none."""
    return edit_text(setup.text, told.prescription) if told.prescription else ""


def write_cured(setup: Setup, told: Diagnosis, path: Path) -> None:
    """Writes the cured recipe; its data path becomes relative to the new place."""
    if not told.prescription:
        raise UsageError(f"--write {path}: there is no change to write", told.sentence)
    try:
        save_recipe(replace(setup, text=cured_recipe(setup, told)), path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from None


@single_threaded
def treat(setup: Setup, cause: str, watch: Watch = SILENT, *, jobs: int = 1) -> Report:
    """One cause by hand: each change that would remove it, beside the recipe as it is."""
    if cause not in CAUSES:
        raise UsageError(f"there is no cause named {cause!r}", meant(cause, CAUSES, {}))
    if cause not in CHANGES:
        hint = f"it is shown by a check: {CAUSES[cause].shows.lower()}"
        raise UsageError(f"no change of a recipe removes {cause}", hint)
    patient = Patient.of(setup)
    ladder = runnable(patient.plain, cause)
    if not ladder:
        raise UsageError(
            f"{cause}: there is nothing to change in {setup.name}", CAUSES[cause].treatment
        )
    watch.stage(f"treating {cause}", len(ladder))
    seeds = range(seed_of(setup), seed_of(setup) + SEEDS)
    held = patient.plain.validation is not None
    reference = best(references(patient, seeds, jobs), held)
    bar = reference.held if held else reference.train
    before = [one.score(held) for one in train_all(patient, {}, seeds, jobs)]
    rows: list[tuple[Any, ...]] = [("as it is", *_numbers(before), None)]
    better = False
    for at, edits in enumerate(ladder, 1):
        after = [one.score(held) for one in train_all(patient, edits, seeds, jobs)]
        gain = difference(after, before)
        rows.append((_written(edits), *_numbers(after), gain.mean))
        better = better or gain.real
        watch.advance(at)
    rows.append((reference.name, *_numbers(list(bar)), None))
    where = "held-out rows" if held else "training rows"
    table = Table("treatment", ("recipe", "score", "spread", "gain"), tuple(rows), f"on {where}")
    report = make_report(setup, "treat", CAUSES[cause].title, [], [table])
    share = health(before, bar).share if max(bar) > 0 else float("nan")
    told = "a change helps beyond the spread over the seeds" if better else "no change helps"
    verdict = Verdict.SICK if better else Verdict.HEALTHY
    summary = (f"{told}; as it is, it reaches {share:.0%} of the reference",)
    return replace(report, decided=verdict, summary=summary)


def _static_findings(setup: Setup, watch: Watch) -> list[Finding]:
    """What data, set-up and untrained network say."""
    found = [*setup_report(setup, watch).findings, *check_loss(setup, watch).findings]
    if setup.argument:
        source, *options = shlex.split(setup.argument)
        targets = [v for k, v in pairwise(options) if k == "--target"]
        changes = [v for k, v in pairwise(options) if k == "--set"]
        found += data_report(load_data(source, targets or None, changes), watch).findings
    return found


def _summary(setup: Setup, told: Diagnosis) -> Iterator[str]:
    yield told.sentence
    if told.reference:
        yield (
            f"judged on {told.rows} over {told.seeds} seeds; the best reference, "
            f"{told.reference}, scores {told.reference_score:.2f}"
        )
    for at, cause in enumerate(told.causes[:SHOWN_CAUSES], 1):
        yield ""
        yield from _cause(at, cause)
    if told.prescription:
        yield ""
        yield "no change cures, but a sound set-up does:" if told.replaced else "the change:"
        yield from _diff(setup, told)
    others = [f"{_written(one.change)} ({one.recovery:.0%})" for one in told.alternatives]
    if others:
        yield ""
        yield f"cures as well: {'; '.join(others)}"
    if told.cleared:
        yield ""
        yield f"tested and cleared: {', '.join(told.cleared)}"
    if told.not_tested:
        yield "not tested: " + "; ".join(f"{one.cause}: {one.why}" for one in told.not_tested)


def _cause(at: int, cause: NamedCause) -> Iterator[str]:
    status = "confirmed" if cause.confirmed else "certain" if cause.proof else "suspected"
    share = ""
    if cause.recovery is not None and cause.confirmed:
        share = f", its change alone brings back {cause.recovery:.0%} of what is lost"
    yield f"{at}. {CAUSES[cause.cause].title} ({cause.cause}): {status}{share}"
    codes = f" [{', '.join(cause.findings)}]" if cause.findings else ""
    if cause.why:
        yield f"   {cause.why[0]}{codes}"
    if cause.advice:
        yield f"   what to do: {cause.advice}"


def _diff(setup: Setup, told: Diagnosis) -> Iterator[str]:
    old, new = setup.text.splitlines(), cured_recipe(setup, told).splitlines()
    for line in difflib.unified_diff(old, new, lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            yield f"   {line}"


def _tables(told: Diagnosis) -> Iterator[Table]:
    if told.before is None or told.after is None:
        return
    rows = tuple(
        (name, side.score, side.score_spread, min(side.scores), max(side.scores), side.loss)
        for name, side in (("as it is", told.before), ("cured", told.after))
    )
    columns = ("recipe", "score", "spread", "worst", "best", "loss")
    caption = f"on {told.rows} of {len(told.before.scores)} fresh seeds; score: 0 chance, 1 perfect"
    yield Table("before and after", columns, rows, caption)


def _numbers(scores: Sequence[float]) -> tuple[float, float]:
    mean = sum(scores) / len(scores)
    return mean, max(scores) - min(scores)


def _written(edits: Mapping[str, Any]) -> str:
    """Edits in one line; a key that is taken away goes back to its default."""
    told = [f"{key} = {'default' if v is None else _toml(v)}" for key, v in edits.items()]
    return ", ".join(told[:2]) + (f" and {len(told) - 2} more" if len(told) > 2 else "")


def _next(setup: Setup, told: Diagnosis) -> str:
    if told.prescription:
        return f"nndoctor diagnose {setup.argument} --write cured.toml"
    if told.verdict is Verdict.SICK:
        return f"nndoctor setup report {setup.argument}"
    return f"nndoctor train {setup.argument}"


def _toml(value: object) -> str:
    """As it is written in a recipe."""
    return str(value).lower() if isinstance(value, bool) else str(value)
