"""Where a script trains by a library's own `fit`: the model that it fits, and on what."""

import builtins
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

_AROUND = ("Pipeline", "TransformedTargetRegressor")  # of scikit-learn, that hold an MLP
_KERAS_BATCH = 32  # its default


@dataclass(frozen=True)
class Fit:
    """`model` is fitted on inputs `x` and targets `y`; `how` as `to_recipe` takes it.

    `words`: what a reader should be told of where it was found.
    """

    model: Any
    x: Any
    y: Any
    how: Mapping[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@contextmanager
def fits_told(source: str, told: Callable[[Fit], NoReturn]) -> Iterator[None]:
    """Within, the first `fit` of an MLP of scikit-learn or of a Keras model is told, and not run.

    Of a search (`GridSearchCV` and its kin) that is the fit of what it chose: a candidate may be
    bad on purpose, and is fitted. A library is loaded where the script names it.
    """
    with ExitStack() as patches:
        if "MLPClassifier" in source or "MLPRegressor" in source:
            kinds = import_module("sklearn.neural_network").MLPClassifier.__mro__
            base = next(kind for kind in kinds if "fit" in vars(kind))  # of regressors, too
            patches.enter_context(_patched(base, _of_sklearn(base.fit, told)))
        if "keras" in source:
            patches.enter_context(_once_imported("keras", "Model", _of_keras(told)))
        yield


@contextmanager
def _once_imported(library: str, kind: str, fit: Callable[..., NoReturn]) -> Iterator[None]:
    """As `_patched`, from when the script has imported the library: what it is run by, such as
    KERAS_BACKEND, is said before that."""
    usual = builtins.__import__
    with ExitStack() as patches:

        def patch() -> None:
            owner = getattr(sys.modules.get(library), kind, None)
            if owner is not None and vars(owner).get("fit") is not fit:
                patches.enter_context(_patched(owner, fit))

        def importing(*given: Any, **named: Any) -> Any:
            module = usual(*given, **named)
            patch()
            return module

        patch()
        builtins.__import__ = importing
        try:
            yield
        finally:
            builtins.__import__ = usual


@contextmanager
def _patched(owner: Any, fit: Callable[..., NoReturn]) -> Iterator[None]:
    """Gives a class another `fit`, and its own back."""
    own = vars(owner).get("fit")
    owner.fit = fit
    try:
        yield
    finally:
        if own is None:
            del owner.fit
        else:
            owner.fit = own


def _of_sklearn(own: Callable[..., Any], told: Callable[[Fit], NoReturn]) -> Callable[..., Any]:
    def fit(self: Any, X: Any, y: Any, *more: Any, **named: Any) -> Any:
        search, is_candidate = _searched(sys._getframe(1))
        if is_candidate:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # such as that a candidate does not converge
                return own(self, X, y, *more, **named)
        found = Fit(self, X, y)
        for outer in _around(sys._getframe(1)):
            found = outer
        words = [_chosen(search)] if search is not None else []
        words += [f"one fit inside {name}" for name in _others(sys._getframe(1))]
        told(replace(found, words=tuple(words)))

    return fit


def _searched(frame: FrameType | None) -> tuple[Any, bool]:
    """The search that fits, if any, and whether what it fits is one of its candidates."""
    scored = False
    for called in _outward(frame):
        scored |= called.f_code.co_name == "_fit_and_score"  # of cross_val_score, too
        if _is_fit(called) and type(own := called.f_locals["self"]).__name__.endswith("SearchCV"):
            return own, scored
    return None, False


def _chosen(search: Any) -> str:
    """What a search chose, in words."""
    best = {name.rpartition("__")[2]: value for name, value in search.best_params_.items()}
    plain = {k: v.item() if hasattr(v, "item") else v for k, v in best.items()}
    said = ", ".join(f"{name}={value!r}" for name, value in plain.items())
    these = "them" if len(plain) > 1 else "it"
    return f"{type(search).__name__} chose {said}; to change {these}, change what it tries"


def _around(frame: FrameType | None) -> Iterator[Fit]:
    """The estimators that an MLP stands in, with their rows, the outermost last."""
    for called in _outward(frame):
        known = called.f_locals
        if _is_fit(called) and type(known["self"]).__name__ in _AROUND and "X" in known:
            yield Fit(known["self"], known["X"], known["y"])


def _others(frame: FrameType | None) -> Iterator[str]:
    """The other estimators that fit it, perhaps several times, and not examined themselves."""
    for kind in (type(one.f_locals["self"]) for one in _outward(frame) if _is_fit(one)):
        own = kind.__name__ in _AROUND or kind.__name__.endswith("SearchCV")
        if hasattr(kind, "get_params") and not own:
            yield kind.__name__


def _outward(frame: FrameType | None) -> Iterator[FrameType]:
    """A call, and those that it was made in."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _is_fit(frame: FrameType) -> bool:
    return frame.f_code.co_name == "fit" and "self" in frame.f_locals


def _of_keras(told: Callable[[Fit], NoReturn]) -> Callable[..., NoReturn]:
    def fit(
        self: Any,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        *_: Any,
        **__: Any,
    ) -> NoReturn:
        how = {
            "epochs": epochs,
            "batch_size": batch_size or _KERAS_BATCH,
            "shuffle": shuffle,
            "validation": validation_split or None,
            "fit": {
                "callbacks": callbacks,
                "validation_data": validation_data,
                "class_weight": class_weight,
                "sample_weight": sample_weight,
                "initial_epoch": initial_epoch,
                "steps_per_epoch": steps_per_epoch,
            },
        }
        told(Fit(self, x, y, how))

    return fit
