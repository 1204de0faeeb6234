"""A compiled Keras Sequential of dense layers as a recipe, after Keras 3; Keras is never imported.

Everything is taken from the configurations that layers, optimizer and loss give of themselves.
"""

from collections.abc import Mapping
from typing import Any

from ..data import Dataset
from ..errors import UsageError
from ..trainable import Array
from .described import Described, refuse_unsaid
from .keras_training import loss_table, metrics_table, optimizer_table
from .own_weights import Norm, by_name

ACTIVATIONS = {
    "linear": "linear",
    "relu": "relu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "elu": "elu",
    "selu": "selu",
    "softplus": "softplus",
    "softsign": "softsign",
    "silu": "silu",
    "swish": "silu",
    "gelu": "gelu",
    "mish": "mish",
    "exponential": "exponential",
    "softmax": "softmax",
    "hard_tanh": "hard_tanh",
}
INITIALIZERS = {
    "GlorotUniform": "glorot_uniform",
    "HeUniform": "he_uniform",
    "Zeros": "zeros",
    "LecunUniform": "lecun_uniform",
    "Ones": "ones",
    "GlorotNormal": "glorot_normal",
    "HeNormal": "he_normal",
    "LecunNormal": "lecun_normal",
}
TRUNCATED = ("GlorotNormal", "HeNormal", "LecunNormal")
PENALTIES = ("L1", "L2", "L1L2")
AFTER = {"linear": 0, "norm": 1, "activation": 2, "dropout": 3}  # the order within a layer


def described(
    model: Any,
    dataset: Dataset,
    training: Mapping[str, Any],
    validation: float,
    from_weights: bool = False,
) -> Described:
    """Layers, loss and optimizer of a compiled model."""
    name = type(model).__name__
    if getattr(model, "optimizer", None) is None:
        raise UsageError(f"{name} is not compiled", 'model.compile(optimizer="adam", loss="mse")')
    stack, unsaid = _Stack(), []
    for at, layer in enumerate(model.layers):
        if (problem := stack.add(layer)) is not None:
            unsaid.append(f"layer {at}, {type(layer).__name__}{problem}")
    if not stack.layers:
        unsaid.append("a model without a Dense layer")
        refuse_unsaid(name, unsaid)
    kind, loss = loss_table(model.loss, dataset, unsaid)
    optimizer = optimizer_table(model.optimizer, unsaid)
    refuse_unsaid(name, unsaid)
    held = {"validation": float(validation), "split": "last"} if validation else {}
    tables = {
        "data": {**held, **stack.scaling},
        "loss": loss,
        "optimizer": optimizer,
        "training": {**training, **metrics_table(model)},
    }
    return Described(
        "Keras",
        name,
        kind,
        tuple(stack.layers),
        tables,
        stack.input_norm,
        tuple(stack.notes),
        stack.own_weights() if from_weights else {},
    )


class _Stack:
    """Layers as they come together, one of Keras's at a time."""

    def __init__(self) -> None:
        self.layers: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.input_norm = False
        self.scaling: dict[str, Any] = {}
        self.kept: dict[int, dict[str, Any]] = {0: {}}  # what has weights, by its layer's number
        self.at = -1

    def add(self, layer: Any) -> str | None:
        """Takes in one layer; why it can't, None where it can."""
        name, config = type(layer).__name__, layer.get_config()
        if name == "InputLayer" or (name == "Flatten" and not self.layers):
            return None
        if name == "Rescaling":
            return self._rescaling(config)
        if name == "Dense":
            problem = self._dense(config)
            self.kept[len(self.layers)] = {"dense": layer}
            return problem
        if name == "Dropout":
            rate = float(config["rate"])
            return self._put("dropout", {"dropout": rate} if rate else {})
        if name == "BatchNormalization" or name == "LayerNormalization":
            self.kept[len(self.layers)]["norm"] = layer
            return self._norm(name, config)
        if name == "Activation":
            return self._activation(config["activation"])
        if name == "ReLU":
            usual = {"max_value": None, "negative_slope": 0, "threshold": 0}
            other = [f"{k}={config[k]}" for k, v in usual.items() if config.get(k, v) != v]
            if other:
                return f" with {', '.join(other)}"
            return self._put("activation", {"activation": "relu"})
        if name == "LeakyReLU":
            return self._put(
                "activation", {"activation": f"leaky_relu({config['negative_slope']})"}
            )
        return self._activation("softmax") if name == "Softmax" else ": it is no dense layer"

    def _dense(self, config: Mapping[str, Any]) -> str | None:
        table: dict[str, Any] = {
            "units": int(config["units"]),
            "bias": bool(config["use_bias"]),
            "init": self._drawn(config["kernel_initializer"]),
            "bias_init": self._drawn(config["bias_initializer"]),
        }
        if None in table.values():
            return ": its initializer"
        if (problem := _held_back(config, ("kernel_regularizer",))) is not None:
            return problem
        if penalty := config.get("kernel_regularizer"):
            if penalty["class_name"] not in PENALTIES:
                return f": its kernel_regularizer {penalty['class_name']}"
            given = penalty["config"]
            table |= {"l1": float(given.get("l1", 0.0)), "l2": 2 * float(given.get("l2", 0.0))}
        self.layers.append({**table, "activation": "linear"})
        self.at = AFTER["linear"]
        return self._activation(config["activation"])

    def _rescaling(self, config: Mapping[str, Any]) -> str | None:
        scale, offset = config.get("scale"), config.get("offset", 0.0)
        if self.layers or self.scaling or self.input_norm:
            return ": only the inputs are rescaled, once"
        if not isinstance(scale, float | int) or not scale > 0 or offset:
            return f" with scale={scale!r} and offset={offset!r}"
        self.scaling = {"preprocess": {"features": "divide", "divisor": 1 / scale}}
        return None

    def own_weights(self) -> dict[str, Array]:
        """Those at hand."""
        norms: list[Norm | None] = []
        layers: list[tuple[Any, Any]] = []
        for at in range(len(self.layers) + 1):
            kept = self.kept[at]
            norms.append(kept["norm"].get_weights() if "norm" in kept else None)
            if at:
                weights, *bias = kept["dense"].get_weights()
                layers.append((weights, bias[0] if bias else None))
        return by_name(layers, norms[1:], norms[0])

    def _drawn(self, given: Mapping[str, Any]) -> str | None:
        name, config = given["class_name"], given["config"]
        if name in TRUNCATED:
            self.notes.append(f"{name} is truncated in Keras, and drawn here without that")
        if name == "RandomNormal":
            return f"normal({config['mean']}, {config['stddev']})"
        if name == "TruncatedNormal":
            return f"truncated_normal({config['mean']}, {config['stddev']})"
        if name == "RandomUniform":
            return f"uniform({config['minval']}, {config['maxval']})"
        if name == "Constant":
            return f"constant({config['value']})"
        return INITIALIZERS.get(name)

    def _norm(self, name: str, config: Mapping[str, Any]) -> str | None:
        if not (config.get("center", True) and config.get("scale", True)):
            return ": without its scale or its shift"
        if (problem := _held_back(config)) is not None:
            return problem
        self.notes.append(f"{name} with epsilon 1e-5 and momentum 0.9, as recipes have it")
        batch = name == "BatchNormalization"
        if not self.layers:
            self.input_norm = batch
            return None if batch else ": before the first layer"
        return self._put("norm", {"batch_norm" if batch else "layer_norm": True})

    def _activation(self, given: Any) -> str | None:
        if given not in ACTIVATIONS:
            return f": its activation {given!r}"
        if given == "linear":
            return None
        return self._put("activation", {"activation": ACTIVATIONS[given]})

    def _put(self, kind: str, table: dict[str, Any]) -> str | None:
        if not self.layers:
            return ": before the first layer"
        if AFTER[kind] <= self.at:
            return ": a layer is dense, norm, activation, dropout, in this order"
        self.at = AFTER[kind]
        self.layers[-1] |= table
        return None


def _held_back(config: Mapping[str, Any], taken: tuple[str, ...] = ()) -> str | None:
    """What keeps the layer's weights or its outputs from going where they like, but for `taken`."""
    if not config.get("trainable", True):
        return " with trainable=False"
    ends = ("_regularizer", "_constraint")
    kept = [key for key, value in config.items() if value and key.endswith(ends)]
    return next((f": its {key}" for key in kept if key not in taken), None)
