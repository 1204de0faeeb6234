"""The layers of a Keras model in the order in which rows go through them."""

from typing import Any

from ..errors import UsageError

FAMILIES = ("keras", "tf_keras", "tensorflow.python.keras", "tensorflow.keras")
WRITTEN = "write it as keras.Sequential([...]), whose layers say what is computed"


def is_its_own(thing: Any) -> bool:
    """Whether a layer, a loss or an optimizer is of Keras's own, and no other of the same name."""
    is_function = hasattr(thing, "__code__")
    home = (thing if is_function else type(thing)).__module__
    return any(home == stem or home.startswith(f"{stem}.") for stem in FAMILIES)


def chain_of(model: Any) -> list[Any]:
    """Raises UsageError where rows go another way than from each layer to the next."""
    name = type(model).__name__
    if not is_its_own(model):
        raise UsageError(
            f"{name} is a model with a class of its own, whose call can't be read", WRITTEN
        )
    if name == "Sequential":
        return _flattened(model)
    if name in ("Functional", "Model"):
        layers = list(model.layers)
        if _in_a_row(model, layers):
            return layers
        raise UsageError(
            f"{name} is no plain chain of layers: it branches, joins or shares one", WRITTEN
        )
    raise UsageError(f"{name} is no keras.Sequential", WRITTEN)


def _flattened(model: Any) -> list[Any]:
    found: list[Any] = []
    for layer in model.layers:
        nested = type(layer).__name__ == "Sequential" and is_its_own(layer)
        found += _flattened(layer) if nested else [layer]
    return found


def _in_a_row(model: Any, layers: list[Any]) -> bool:
    """Whether each takes what the one before it gives, and the last one's is what comes out."""
    try:
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            return False
        there = [model.inputs[0], *(layer.output for layer in layers if layer is not layers[0])]
        return (
            all(layer.input is before for layer, before in zip(layers[1:], there, strict=False))
            and there[-1] is model.outputs[0]
        )
    except (AttributeError, ValueError):  # of a layer that is called twice
        return False
