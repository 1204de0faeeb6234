"""Which library a model is of: told by the name of its module, so that no library is imported."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np

from ..errors import UsageError
from .described import Described
from .imported import Imported, imported
from .keras_chain import FAMILIES
from .rows import dataset_of

# Before a scaler, which takes no mean from a sparse matrix.
DENSE = "FunctionTransformer(lambda rows: rows.toarray(), accept_sparse=True)"


def library_of(model: Any) -> str:
    """ "scikit-learn", "PyTorch", "Keras", or "" for none of them."""
    kin = [cls.__module__ for cls in type(model).__mro__]
    families = {  # Keras first: on PyTorch its models are modules, too
        "scikit-learn": ("sklearn",),
        "Keras": FAMILIES,
        "PyTorch": ("torch.nn",),
    }
    for library, stems in families.items():
        if any(name == stem or name.startswith(f"{stem}.") for name in kin for stem in stems):
            return library
    return ""


def to_recipe(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: Any = None,
    optimizer: Any = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    shuffle: bool = True,
    validation: float | None = None,
    seed: int = 0,
    from_weights: bool = False,
    metrics: Sequence[str] | None = None,
    fit: Mapping[str, Any] | None = None,
) -> Imported:
    """A scikit-learn MLP or pipeline, a torch.nn.Sequential or a compiled Keras model as a set-up.

    `loss`, `optimizer`: as PyTorch takes them; scikit-learn and Keras models have their own.
    `validation`: the share held out, as Keras's validation_split. `from_weights`: every run starts
    from the weights that the model has now, in place of freshly drawn ones. `metrics`: what its
    user judges it by, such as "accuracy"; a compiled Keras model says that itself. `fit`: what else
    Keras's fit is given: callbacks, class_weight, validation_data. Nothing is
    trained, and the model is left as it is. Raises UsageError with all that a recipe can't say.
    """
    if isinstance(model, type):
        raise UsageError(f"{model.__name__} is a class, not a model", f"{model.__name__}(...)")
    library = library_of(model)
    if not library:
        raise UsageError(
            f"{type(model).__module__}.{type(model).__name__} is no model that is known",
            "MLPClassifier, MLPRegressor, a torch.nn.Sequential, or a compiled keras.Sequential",
        )
    loop = {"epochs": epochs, "batch_size": batch_size}
    if library == "scikit-learn":
        more = {"loss": loss, "optimizer": optimizer, **loop, "validation": validation}
        _refuse_given(type(model).__name__, {k: v for k, v in more.items() if v is not None})
        from .sklearn import described as of_sklearn
        from .sklearn_wrappers import prepared, unwrapped

        found = unwrapped(model, from_weights)  # before the rows, which its steps may encode
        rows, names = prepared(found.first, X, y) if found.first else (X, ())
        if hasattr(rows, "toarray"):
            found = replace(found, behind=", ".join(filter(None, (found.behind, DENSE))))
        dataset = dataset_of(rows, y, names)
        return imported(_judged_by(of_sklearn(found, dataset, from_weights), metrics), dataset)
    if fit and library != "Keras":
        raise UsageError(f"fit beside a model of {library}", "it is for a compiled Keras model")
    dataset = dataset_of(X, y)
    for key, value in loop.items():
        if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
            raise UsageError(
                f"{key} is {'missing' if value is None else repr(value)}",
                f"a whole number from 1 on, such as {key}={20 if key == 'epochs' else 32}",
            )
    training = {"epochs": int(epochs or 0), "batch_size": int(batch_size or 0)}
    training |= {"shuffle": shuffle, "seed": seed}
    if library == "PyTorch":
        from .torch import described as of_torch

        described = of_torch(
            model, dataset, y, loss, optimizer, training, validation or 0.0, from_weights
        )
        return imported(_judged_by(described, metrics), dataset)
    given = {"loss": loss, "optimizer": optimizer}
    _refuse_given("a compiled Keras model", {k: v for k, v in given.items() if v is not None})
    from .keras import described as of_keras

    shape = tuple(np.shape(X))[1:] or (dataset.x.shape[1],)
    described, dataset = of_keras(
        model, dataset, shape, training, validation or 0.0, from_weights, fit
    )
    return imported(_judged_by(described, metrics), dataset)


def _judged_by(found: Described, metrics: Sequence[str] | None) -> Described:
    """With the metrics that the user names, in place of those that the model has."""
    if metrics is None:
        return found
    named = [metrics] if isinstance(metrics, str) else list(metrics)
    training = {**found.tables["training"], "metrics": named}
    return replace(found, tables={**found.tables, "training": training})


def _refuse_given(name: str, given: dict[str, Any]) -> None:
    if given:
        key = next(iter(given))
        raise UsageError(f"{key} beside {name}", f"it has its own; leave {key} out")
