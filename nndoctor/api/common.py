"""What every function of the command line shares: opening, settings of checks, the report."""

import platform
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from ..checks.check import Check
from ..checks.settings import configured, refuse_unfit
from ..engine import blas, cores
from ..errors import NNDoctorError, UsageError
from ..findings import Evidence, Finding, Report, Status, worst
from ..importing import to_recipe
from ..setup import DataSetup, Fit, Setup, TorchSetup, is_python, open_python, open_setup
from ..version import __version__
from ..watch import Watch
from .torch_words import advised

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=Check)
Examined = Setup | TorchSetup  # what can be trained, whoever does it
SILENT = Watch()
NEEDS_RECIPE = (
    "nndoctor checkup, data report, setup report, check-loss, overfit-tiny, lr-sweep, updates and "
    "train take it"
)
PROBE = 1000  # rows on which layers are looked at, evenly spaced and always the same


def single_threaded(function: Callable[P, R]) -> Callable[P, R]:
    """One BLAS thread a model while the function runs, and no more cores than it has `jobs`."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        jobs: Any = kwargs.get("jobs", 1)
        with blas.one_thread(), cores.allowed(jobs):
            return function(*args, **kwargs)

    run.__doc__, run.__name__, run.__wrapped__ = function.__doc__, function.__name__, function  # type: ignore[attr-defined]
    return run


def load_setup(
    source: str | Path,
    target: str | Sequence[str] | None = None,
    set: Iterable[str] = (),
    seed: int | None = None,
) -> Setup:
    """Opens a recipe, or a data file with its target; `set` are changes such as `model.init=zeros`.

    Raises NNDoctorError with every mistake it finds.
    """
    if is_python(source):
        return recipe_of(load_any(source, target, set, seed), "this")
    seeds = () if seed is None else (f"training.seed={seed}",)
    setup = open_setup(source, target, (*set, *seeds))
    refuse_unfit(setup.recipe.checks, setup.name)
    return setup


def recipe_of(setup: Examined, what: str) -> Setup:
    """The set-up, where it is of a recipe. Raises UsageError: `what` can't be done with another."""
    if isinstance(setup, TorchSetup):
        raise UsageError(f"{what} needs a recipe, and {setup.name} is one in Python", NEEDS_RECIPE)
    return setup


def load_any(
    source: str | Path,
    target: str | Sequence[str] | None = None,
    set: Iterable[str] = (),
    seed: int | None = None,
) -> Examined:
    """The same, or a Python file: its function that returns a PyTorch set-up, `train.py:setup`, or
    what it trains.

    The file is run. Raises NNDoctorError with every mistake it finds.
    """
    if not is_python(source):
        return load_setup(source, target, set, seed)
    if target or (changes := tuple(set)):
        told = f"--target {target}" if target else f"--set {changes[0]}"
        raise UsageError(f"{told} beside {source}", "change it in the file")
    made = open_python(source, seed)
    return _of_fit(made, str(source), seed) if isinstance(made, Fit) else made


def _of_fit(fit: Fit, source: str, seed: int | None) -> Setup:
    """What a script fits by scikit-learn or Keras, as a set-up."""
    if seed is not None:
        raise UsageError(f"--seed {seed} beside {source}", "random_state or its like, in the file")
    if fit.y is None and fit.x is not None:
        raise UsageError(
            f"{source} fits a {type(fit.x).__name__}, whose rows are not at hand as arrays",
            "model.fit(X, y, ...) with both as arrays",
        )
    setup = to_recipe(fit.model, fit.x, fit.y, **fit.how)
    return replace(setup, name=source, argument=source, words=(*fit.words, *setup.words))


def with_settings(setup: Examined | DataSetup, check: C, **options: Any) -> C:
    """The check with the settings of the recipe's [checks.CODE], then with the options given."""
    return configured(check, setup.settings.get(check.code, {}), options)


NEXT = {"check-loss": "overfit-tiny", "overfit-tiny": "lr-sweep", "lr-sweep": "activations report"}


def guarded(check: Check, answer: Callable[[], Finding]) -> Finding:
    """The check's answer; one that breaks is told as a bug of ours, and the others go on."""
    try:
        return answer()
    except (NNDoctorError, MemoryError):
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return check.finding(
            Status.BROKEN,
            f"a bug of nndoctor: {told}",
            advice="-v shows where; please report it. The other checks are not affected",
            source=traceback.format_exc().rstrip(),  # shown under -v only
        )


def wanted(setup: Examined | DataSetup, findings: Sequence[Finding]) -> list[Finding]:
    """The findings of the checks that were selected and not ignored."""
    return [one for one in findings if setup.only is None or one.code in setup.only]


def make_report(
    setup: Examined | DataSetup,
    command: str,
    title: str,
    findings: Sequence[Finding],
    evidence: Sequence[Evidence] = (),
    *,
    interrupted: bool = False,
    sound: str | Mapping[str, str] = "",
) -> Report:
    """`sound`: what was examined, or what each check says of it where it finds nothing."""
    findings, following = wanted(setup, findings), NEXT.get(command)
    if isinstance(setup, TorchSetup):
        findings = advised(findings)
    sick = worst(f.status for f in findings).severity >= Status.WARNING.severity
    following = "checkup" if sick or following is None else following
    return Report(
        command=command,
        title=title,
        findings=tuple(findings),
        evidence=tuple(evidence),
        words=setup.words,
        next_step=f"nndoctor {following} {setup.argument}",
        recipe=setup.name,
        recipe_sha256=setup.sha256,
        recipe_text=setup.text,
        seed=seed_of(setup),
        version=__version__,
        environment=environment(),
        interrupted=interrupted,
        headline="" if interrupted or sick else _headline(findings, sound),
        argument=setup.argument,
    )


def _headline(findings: Sequence[Finding], sound: str | Mapping[str, str]) -> str:
    """What the checks that found nothing say together; the others are named."""
    fine = [finding.code for finding in findings if finding.status is Status.OK]
    if isinstance(sound, str):
        count = "1 check" if len(fine) == 1 else f"{len(fine)} checks"
        told = f"no problem found in {sound} by {count}" if sound and fine else ""
    else:
        told = ", ".join(sound[code] for code in fine if code in sound)
    remarks = ", ".join(finding.name for finding in findings if finding.status is Status.NOTE)
    return f"{told}; remarks: {remarks}" if told and remarks else told


@cache
def environment() -> dict[str, str]:
    """Versions of what results depend on."""
    packages = {name: version_of(name) for name in ("numpy", "numba", "scipy", "pandas")}
    return {"python": platform.python_version(), **packages, "platform": platform.platform()}


def seed_of(setup: Examined | DataSetup) -> int:
    return setup.seed
