"""What `nndoctor data` can do, as functions: data are examined on their own, without training."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any, cast

from ..checks.data import DATA_CHECKS, DataCheck
from ..checks.measures.columns_table import columns_table as numbers_table
from ..checks.measures.raw_table import RawTable, Rows
from ..checks.settings import refuse_unfit
from ..findings import Finding, Report, Status
from ..running import run_all
from ..setup import DataSetup, Part, TorchSetup, is_python, open_table, table_of
from ..watch import Watch
from .columns import columns_table, need_a_word
from .common import (
    SILENT,
    Examined,
    guarded,
    load_any,
    make_report,
    single_threaded,
    with_settings,
)
from .own_rows import table_of_rows

READY = "Are the data ready for training?"
UNLABELLED = ("--set", "data.drop_unlabelled=true")
NO_COLUMNS = "the rows of this set-up are no columns of numbers"


def load_data(
    source: str | Path,
    target: str | Sequence[str] | None = None,
    set: Iterable[str] = (),
    seed: int | None = None,
) -> DataSetup | TorchSetup:
    """Opens data as `load_any` does, but refuses no table for what is missing in it."""
    if is_python(source):
        made = load_any(source, target, set, seed)
        return made if isinstance(made, TorchSetup) else table_of(made)
    seeds = () if seed is None else (f"training.seed={seed}",)
    opened = open_table(source, target, (*set, *seeds))
    refuse_unfit(opened.recipe.checks, opened.name)
    return opened


@single_threaded
def data_report(opened: DataSetup | TorchSetup, watch: Watch = SILENT, jobs: int = 1) -> Report:
    """What is wrong with the data, told without training; `jobs` checks look at them at a time."""
    if isinstance(opened, TorchSetup):
        return _of_batches(opened, watch, jobs)
    table = _raw_table(opened)
    findings = data_findings(opened, table, watch, jobs)
    cut = len(findings) < len(DATA_CHECKS)
    taken_for = columns_table(opened) if need_a_word(opened) else None
    evidence = [] if cut else [*filter(None, (taken_for,)), numbers_table(table)]
    report = make_report(
        opened, "data report", READY, findings, evidence, interrupted=cut, sound="the data"
    )
    if opened.setup:
        following = report.next_step.removesuffix(opened.argument)
        report = replace(report, next_step=following + _trainable(opened, table))
    bad = max(findings, key=lambda finding: finding.status.severity, default=None)
    if bad is None or bad.status.severity < Status.WARNING.severity:
        return report
    # rows that can't be trained on can't be checked up either
    return report if opened.setup else replace(report, next_step=f"nndoctor explain {bad.code}")


def _trainable(opened: DataSetup, table: RawTable) -> str:
    """How the user named the data, and what is to be done about gaps that training would refuse.

    The check of missing values says how many cells are filled, and how many rows go.
    """
    words, given = shlex.split(opened.argument), opened.recipe.data
    parts = (table.train, *table.held_out.values())
    if given.missing == "refuse" and any(len(part.complete) < len(part.answered) for part in parts):
        refused = [at for at, word in enumerate(words) if word.startswith("data.missing=")]
        words = [w for at, w in enumerate(words) if not {at, at + 1} & {*refused}]
        words += ["--missing", "fill"]
    if not given.drop_unlabelled and any(len(part.answered) < len(part) for part in parts):
        words += UNLABELLED
    return shlex.join(words)


def _of_batches(setup: TorchSetup, watch: Watch, jobs: int) -> Report:
    """The same of what a PyTorch set-up is fed with; pixels are columns."""
    table = table_of_rows(setup, setup.trainable.task, pixels=True)
    if table is None:
        findings, evidence = [check.skip(NO_COLUMNS) for check in DATA_CHECKS], []
    else:
        findings, evidence = data_findings(setup, table, watch, jobs), [numbers_table(table)]
    cut = len(findings) < len(DATA_CHECKS)
    return make_report(
        setup, "data report", READY, findings, evidence, interrupted=cut, sound="the data"
    )


def data_findings(
    setup: Examined | DataSetup, table: RawTable, watch: Watch, jobs: int = 1
) -> list[Finding]:
    """What each check of data says of a table, as far as the user lets them."""
    watch.stage("looking at the data", len(DATA_CHECKS))
    done = count(1)

    def found(check: DataCheck) -> list[Finding]:
        if watch.cancelled():
            return []
        own = with_settings(setup, check)
        finding = guarded(own, partial(own.examine, table))
        watch.advance(next(done))
        return [finding]

    if jobs > 1 and not watch.cancelled():
        run_all(lambda look: look(), table.looks, jobs)
    return [*chain.from_iterable(run_all(found, DATA_CHECKS, jobs))]


def _raw_table(opened: DataSetup) -> RawTable:
    setup, recipe = opened.setup, opened.recipe

    def rows(part: Part | None) -> Rows | None:
        return None if part is None else _rows(part)

    shares = {"validation": recipe.data.validation, "test": recipe.data.test}
    drawn = tuple(name for name, share in shares.items() if not isinstance(share, str))
    return RawTable(
        columns=opened.columns,
        targets=opened.targets,
        kind=cast("Any", opened.kind),
        train=_rows(opened.train),
        labels=opened.labels,
        validation=rows(opened.validation),
        test=rows(opened.test),
        prepared=setup.train if setup else None,
        answers=opened.answers,
        task=setup.trainable.task if setup else None,
        unprepared=opened.refused,
        scaling=recipe.data.preprocess.features,
        missing=recipe.data.missing,
        split=cast("Any", opened.way),
        together=opened.together,
        grouped=drawn if opened.way == "group" else (),
        origins=opened.origins,
        set_aside=_left_out(opened),
        forced=tuple(name for name, kind in recipe.data.columns.items() if kind == "number"),
        shuffle=recipe.training.shuffle,
        batch_size=recipe.training.batch_size,
        parameters=setup.trainable.layout.parameters if setup else 0,
        seed=recipe.training.seed,
    )


def _rows(part: Part) -> Rows:
    return Rows(part.x, part.y, part.numbers, part.moments, part.subjects)


def _left_out(opened: DataSetup) -> tuple[str, ...]:
    """The columns of the file that are neither inputs nor targets."""
    columns = opened.plan.columns if opened.plan else ()
    return tuple(column.name for column in columns if column.role == "left out")
