"""Every public function: the one of `api`, given any source, with the defaults of the terminal."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import wraps
from inspect import Parameter
from pathlib import Path
from typing import Any, get_args

from .. import api
from ..findings import Report
from ..importing import to_recipe as to_recipe
from ..limits import processors
from ..running import cluster as cluster
from ..seconds import seconds_of
from ..setup import DataSetup, SavedModel, Setup, TorchSetup
from ..setup import load_model as load_model
from ..setup import torch as torch
from ..watch import Watch
from .results import Examination, Result, shown
from .sources import SHORT, Settings, in_memory, overrides, resolved, stored

SOURCE = """

    `source`: a recipe's path or text, a data file, a DataFrame, or arrays with their answers `y`;
    a model of scikit-learn, PyTorch or Keras with its rows X and y and what `to_recipe` takes; or
    what `load_setup` and `torch.Setup` give. `target`: the column to be learned. `set`: keys of the
    recipe, as in `{"training.epochs": 50}` or `["training.epochs=50"]`; the usual ones go by their
    own name, such as `hidden=(64, 32)` and `learning_rate=1e-2`. `jobs`: runs side by side, 0 for
    one a processor.
"""
OURS = (Setup, TorchSetup, DataSetup, SavedModel)
OF_SOURCE = ("target", "set", "seed")


def load_setup(
    source: Any,
    target: str | Sequence[str] | None = None,
    set: Settings = None,
    seed: int | None = None,
    *,
    y: Any = None,
    **short: Any,
) -> Setup:
    """Opens a recipe or data; `short` are keys by their own name, such as `hidden=(64, 32)`.

    Raises NNDoctorError with every mistake it finds.
    """
    setup: Setup = resolved(source, y, target, [*_named(short), *overrides(set)], seed)
    return setup


def predict(
    model: SavedModel | str | Path, data: Any, dropout_samples: int = 0, encoding: str = ""
) -> api.Predictions:
    """What a saved network says of new rows: of a file, a DataFrame or an array."""
    rows = stored(data)[0] if in_memory(data) else data
    return api.predict(model, rows, dropout_samples, encoding)


def evaluate(
    model: SavedModel | str | Path, data: Any, y: Any = None, encoding: str = ""
) -> Result:
    """How good a saved network is on rows with known answers: of a file, a DataFrame, arrays."""
    rows = stored(data, y)[0] if in_memory(data) else data
    return _result(api.evaluate(model, rows, encoding))


def demo(name: str = "raw-inputs", *, jobs: int = 0, **given: Any) -> Examination:
    """The check-up of a recipe that comes with nndoctor; `nndoctor recipes` lists them."""
    given |= {"budget": seconds_of(given["budget"])} if "budget" in given else {}
    result: Examination = shown(api.demo(name, jobs=jobs or processors(), **given))
    return result


def surface(*given: Any, **named: Any) -> Result:
    """Which way down optimizers take over functions of two parameters."""
    return _result(api.surface(*given, **named))


def compare_story(name: str, setup: Setup | None = None, *rest: Any, **given: Any) -> Result:
    """A ready comparison, on a set-up of its own or on yours."""
    return _result(api.compare_story(name, setup, *rest, **_with_jobs(given)))


def compare(source: Any, *rest: Any, others: Iterable[Any] = (), **given: Any) -> Result:
    """Which set-up does best on the same rows and seeds; `others`: sources or set-ups."""
    beside = [one if isinstance(one, Setup) else load_setup(one) for one in others]
    result: Result = _compare(source, *rest, others=beside, **given)
    return result


def over(function: Callable[..., Any], whole: bool = True, finish: Any = None) -> Any:
    """`function(setup, ...)` as a function of any source.

    A model of another library becomes a set-up by `to_recipe`, with the rows X and y after it.
    """
    own = inspect.signature(function).parameters
    modelling = inspect.signature(to_recipe).parameters
    short = [name for name in SHORT if name not in own]
    paths = {name for name, one in own.items() if Path in get_args(one.annotation)}

    @wraps(function)
    def call(source: Any, *rest: Any, **given: Any) -> Any:
        memory, nameless = in_memory(source), not isinstance(source, (*OURS, str, Path))
        if memory or isinstance(source, str | Path):
            y = given.pop("y", None)
            if memory and y is None and rest and not isinstance(rest[0], str | Watch):
                y, *rest = rest  # type: ignore[assignment]
            keys = {name: given.pop(name, None) for name in OF_SOURCE}
            named = {name: given.pop(name) for name in short if name in given}
            changes = [*_named(named), *overrides(keys["set"])]
            source = resolved(source, y, keys["target"], changes, keys["seed"], whole)
        elif nameless:
            how = {name: given.pop(name) for name in modelling if name in given}
            source, rest = to_recipe(source, *rest, **how), ()
        given = {n: Path(v) if n in paths and v else v for n, v in given.items()}
        if given.get("budget") is not None:
            given["budget"] = seconds_of(given["budget"])
        answer = function(source, *rest, **(_with_jobs(given) if "jobs" in own else given))
        result = finish(source, answer) if finish else _result(answer)
        return replace(result, next_step="") if nameless else result  # no command knows these rows

    call.__doc__ = (function.__doc__ or "").rstrip() + SOURCE
    call.__signature__ = _signature(own, short)  # type: ignore[attr-defined]
    call.__module__ = "nndoctor"
    del call.__wrapped__
    return call


def _signature(own: Any, short: Sequence[str]) -> inspect.Signature:
    """What help and editors show."""
    _, *others = own.values()
    needed = [p for p in others if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
    first = [
        Parameter("source", Parameter.POSITIONAL_OR_KEYWORD),
        *needed,
        Parameter("y", Parameter.POSITIONAL_OR_KEYWORD, default=None),
    ]
    words = [p.replace(kind=p.KEYWORD_ONLY) for p in others if p not in needed]
    words = [p.replace(default=0) if p.name == "jobs" else p for p in words]
    more = [Parameter(n, Parameter.KEYWORD_ONLY, default=None) for n in (*OF_SOURCE, *short)]
    return inspect.Signature([*first, *words, *more])


def _named(short: dict[str, Any]) -> tuple[str, ...]:
    if unknown := [name for name in short if name not in SHORT]:
        raise TypeError(f"there is no argument {unknown[0]!r}: set={{KEY: VALUE}} changes any key")
    return overrides({SHORT[name]: value for name, value in short.items()})


def _with_jobs(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "jobs": given.get("jobs") or processors()}


def _result(report: Report) -> Result:
    result: Result = shown(report)
    return result


def _examined(source: Any, told: Any) -> Any:
    """The check-up of something that is no recipe has its own result."""
    return (
        shown(api.checkup_report(source, told)) if isinstance(source, Setup | TorchSetup) else told
    )


def _weights(source: Any, *rest: Any, **given: Any) -> Result:
    """The weights of a saved network, or of a source after its training."""
    if isinstance(source, str | Path) and "\n" not in str(source) and api.is_model(source):
        source = load_model(source)
    result: Result = _of_setup(source, *rest, **given)
    return result


_compare = over(api.compare)
_of_setup = over(api.weights)
weights: Callable[..., Result] = _weights
checkup: Callable[..., Examination] = over(api.checkup, finish=_examined)
data_report: Callable[..., Result] = over(api.data_report, whole=False)
activations_report: Callable[..., Result] = over(api.activations_report)
backprop: Callable[..., Result] = over(api.backprop)
baselines: Callable[..., Result] = over(api.baselines)
bias_variance: Callable[..., Result] = over(api.bias_variance)
capacity: Callable[..., Result] = over(api.capacity)
check_loss: Callable[..., Result] = over(api.check_loss)
compare_inits: Callable[..., Result] = over(api.compare_inits)
compare_samplers: Callable[..., Result] = over(api.compare_samplers)
dead_units_report: Callable[..., Result] = over(api.dead_units_report)
grad_check: Callable[..., Result] = over(api.grad_check)
loss_surface: Callable[..., Result] = over(api.loss_surface)
lr_sweep: Callable[..., Result] = over(api.lr_sweep)
overfit_tiny: Callable[..., Result] = over(api.overfit_tiny)
range_test: Callable[..., Result] = over(api.range_test)
search: Callable[..., Result] = over(api.search)
setup_report: Callable[..., Result] = over(api.setup_report)
train: Callable[..., Result] = over(api.train)
treat: Callable[..., Result] = over(api.treat)
updates_report: Callable[..., Result] = over(api.updates_report)
list_runs, compare_runs = api.list_runs, api.compare_runs
load_data = api.load_data
list_recipes, copy_recipe, init_recipe = api.list_recipes, api.copy_recipe, api.init_recipe
installation = api.installation
