"""Where a script trains by a library's own `fit`: the model that it fits, and on what."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
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

    A library is loaded where the script names it.
    """
    with ExitStack() as patches:
        if "MLPClassifier" in source or "MLPRegressor" in source:
            kinds = import_module("sklearn.neural_network").MLPClassifier.__mro__
            base = next(kind for kind in kinds if "fit" in vars(kind))  # of regressors, too
            patches.enter_context(_patched(base, _of_sklearn(told)))
        if "keras" in source and (model := _keras_model()) is not None:
            patches.enter_context(_patched(model, _of_keras(told)))
        yield


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


def _of_sklearn(told: Callable[[Fit], NoReturn]) -> Callable[..., NoReturn]:
    def fit(self: Any, X: Any, y: Any, *_: Any, **__: Any) -> NoReturn:
        found = Fit(self, X, y)
        for outer in _around(sys._getframe(1)):
            found = outer
        told(found)

    return fit


def _around(frame: FrameType | None) -> Iterator[Fit]:
    """The estimators that an MLP stands in, with their rows, the outermost last."""
    while frame is not None:
        known = frame.f_locals
        own = type(known.get("self")).__name__
        if frame.f_code.co_name == "fit" and own in _AROUND and "X" in known:
            yield Fit(known["self"], known["X"], known["y"])
        frame = frame.f_back


def _keras_model() -> Any:
    """The class of Keras models; None where there is no Keras."""
    try:
        return import_module("keras").Model
    except ImportError:
        return None


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
        *_: Any,
        **__: Any,
    ) -> NoReturn:
        how = {
            "epochs": epochs,
            "batch_size": batch_size or _KERAS_BATCH,
            "shuffle": shuffle,
            "validation": validation_split or None,
        }
        left = {"callbacks": callbacks, "validation_data": validation_data}
        words = tuple(f"its {name} are left out" for name, one in left.items() if one is not None)
        told(Fit(self, x, y, how, words))

    return fit
