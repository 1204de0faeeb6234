"""A compiled Keras chain of dense layers as a recipe, after Keras 3; Keras is never imported.

Everything is taken from the configurations that layers, optimizer and loss give of themselves.
"""

from collections.abc import Mapping
from typing import Any

from ..data import Dataset
from ..errors import UsageError
from ..trainable import Array
from .described import Described, refuse_unsaid
from .keras_chain import chain_of, is_its_own
from .keras_drawn import drawn, drawn_bias
from .keras_fit import fitting_of, loss_weights
from .keras_rows import front_of
from .keras_training import loss_table, metrics_table, optimizer_tables
from .own_weights import Norm, by_name
from .places import common_place, norm_place, places

ACTIVATIONS = {
    "linear": "linear",
    "relu": "relu",
    "leaky_relu": "leaky_relu(0.2)",
    "sigmoid": "sigmoid",
    "hard_sigmoid": "hard_sigmoid",
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
PENALTIES = ("L1", "L2", "L1L2")
HALVES = ("float16", "bfloat16")
# of BatchNormalization and LayerNormalization, for what a cure adds, too
NORM = {"momentum": 0.01, "eps": 1e-3, "unbiased": False}


def described(
    model: Any,
    dataset: Dataset,
    shape: tuple[int, ...],
    training: Mapping[str, Any],
    validation: float,
    from_weights: bool = False,
    fit: Mapping[str, Any] | None = None,
) -> tuple[Described, Dataset]:
    """Layers, loss and optimizer of a compiled model, and the rows as its first Dense has them.

    `shape`: of a row as it was given; `fit`: what else the model's fit is given.
    """
    name = type(model).__name__
    layers = chain_of(model)
    if getattr(model, "optimizer", None) is None:
        raise UsageError(f"{name} is not compiled", 'model.compile(optimizer="adam", loss="mse")')
    fitting = fitting_of(fit or {}, dataset, validation, training)
    front = front_of(layers, fitting.dataset, shape)
    dataset = front.dataset
    stack, unsaid = _Stack(dataset.x.shape[1]), [*front.unsaid, *fitting.unsaid]
    for at, layer in enumerate(layers[front.taken :], front.taken):
        if (problem := stack.add(layer)) is not None:
            unsaid.append(f"layer {at}, {type(layer).__name__}{problem}")
    if not stack.layers:
        refuse_unsaid(name, [*unsaid, "a model without a Dense layer"])
    units = int(stack.layers[-1]["units"])
    kind, loss = loss_table(model, dataset, units, unsaid)
    tables = optimizer_tables(model.optimizer, fitting, unsaid)
    norm = stack.norm_table(unsaid)
    refuse_unsaid(name, unsaid)
    if from_weights and not getattr(model, "built", True):
        raise UsageError(f"{name} has no weights yet", f"model.build((None, {front.shape[0]}))")
    half = f"computed in {stack.dtype} there, in float32 here" if stack.dtype in HALVES else ""
    tables = {
        "data": {**fitting.held, **front.scaling, **loss.pop("data", {})},
        "model": {"norm": norm},
        "loss": {**loss, **loss_weights(fit or {}, kind, units)},
        "training": {
            **training,
            **({} if stack.dtype in HALVES else {"dtype": stack.dtype}),
            **metrics_table(model),
            **fitting.training,
        },
        **tables,
    }
    own = {
        "front": 0 if layers != list(model.layers) else front.taken,
        "one_hot": dataset.y.shape[1] > 1,
        "fit": fitting.words,
        "callbacks": fitting.callbacks,
    }
    made = Described(
        "Keras",
        name,
        kind,
        tuple(stack.layers),
        tables,
        stack.input_norm,
        (*front.notes, *fitting.notes, *[half] * bool(half)),
        stack.own_weights() if from_weights else {},
        own,
    )
    return made, dataset


class _Stack:
    """Layers as they come together, one of Keras's at a time."""

    def __init__(self, inputs: int) -> None:
        self.layers: list[dict[str, Any]] = []
        self.norms: list[tuple[str, Mapping[str, Any]]] = []
        self.input_norm = False
        self.kept: dict[int, dict[str, Any]] = {0: {}}  # what has weights, by its layer's number
        self.parts: list[list[str]] = []  # of each layer, after its linear map
        self.width, self.dtype = inputs, "float32"
        self.foreign = False  # whether a layer of another kind came, behind which no width is known

    def add(self, layer: Any) -> str | None:
        """Takes in one layer; why it can't, None where it can."""
        if not is_its_own(layer):
            return ": it is of a class of your own"
        name = type(layer).__name__
        try:
            config = layer.get_config()
        except Exception as error:  # as of a lambda that has no source
            return f": it does not say what it is ({type(error).__name__})"
        if name == "InputLayer" or (name == "Flatten" and self.foreign):
            return None
        if name == "Dense":
            self.kept[len(self.layers) + 1] = {"dense": layer}
            self.dtype = str(getattr(layer, "compute_dtype", self.dtype))
            return self._dense(config, layer)
        if name == "Dropout":
            rate = float(config["rate"])
            return self._put("dropout", {"dropout": rate} if rate else {})
        if name == "BatchNormalization" or name == "LayerNormalization":
            self.kept[len(self.layers)]["norm"] = layer
            return self._norm(name, config)
        if name == "Activation":
            return self._activation(config["activation"])
        given = _activation_layer(name, config)
        if given is None and name in ("ReLU", "Softmax"):
            return f" with {_unusual(config)}"
        if given is None:
            self.foreign = True
            return ": it is no dense layer"
        return self._put_activation(given)

    def _dense(self, config: Mapping[str, Any], layer: Any) -> str | None:
        units, (kernel, bias) = int(config["units"]), _initializers(config)
        inputs, self.width = self.width, units
        taken = getattr(getattr(layer, "_kernel", None), "shape", None)
        if taken is not None and taken[0] != inputs and not self.foreign:
            return f": it takes {taken[0]} inputs, and gets {inputs}"
        table: dict[str, Any] = {
            "units": units,
            "bias": bool(config["use_bias"]),
            "init": drawn(kernel, inputs, units),
            "bias_init": drawn_bias(bias),
        }
        if None in table.values():
            return ": its initializer"
        if config.get("lora_rank") or config.get("quantization_config"):
            return ": its kernel is made of parts"
        if (problem := _held_back(config, ("kernel_regularizer",))) is not None:
            return problem
        if penalty := config.get("kernel_regularizer"):
            if penalty["class_name"] not in PENALTIES:
                return f": its kernel_regularizer {penalty['class_name']}"
            given = penalty["config"]
            table |= {"l1": float(given.get("l1", 0.0)), "l2": 2 * float(given.get("l2", 0.0))}
        self.layers.append({**table, "activation": "linear"})
        self.parts.append([])
        return self._activation(config["activation"])

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
        return by_name(layers, norms[1:], norms[0], place=common_place(self.parts))

    def _norm(self, name: str, config: Mapping[str, Any]) -> str | None:
        if not (config.get("center", True) and config.get("scale", True)):
            return ": without its scale or its shift"
        if (problem := _held_back(config)) is not None:
            return problem
        if on := [key for key in ("renorm", "synchronized", "rms_scaling") if config.get(key)]:
            return f" with {on[0]}=True"
        if config.get("axis", -1) not in (-1, 1, [-1], [1]):
            return f" over axis {config['axis']}"
        self.norms.append((name, config))
        batch = name == "BatchNormalization"
        if not self.layers:
            self.input_norm = batch
            return None if batch else ": before the first layer"
        return self._put("norm", {"batch_norm" if batch else "layer_norm": True})

    def norm_table(self, unsaid: list[str]) -> dict[str, Any]:
        """What the norms have in common; what they don't joins `unsaid`."""
        table = dict(NORM)
        eps = {float(config.get("epsilon", NORM["eps"])) for _, config in self.norms}
        batches = [config for name, config in self.norms if name == "BatchNormalization"]
        kept = {round(1 - float(one.get("momentum", 0.99)), 12) for one in batches}
        for key, values in (("eps", eps), ("momentum", kept)):
            if len(values) > 1:
                unsaid.append(f"norms of several {'momenta' if key == 'momentum' else 'epsilons'}")
            elif values:
                table[key] = values.pop()
        return table | norm_place(self.parts, unsaid)

    def _activation(self, given: Any) -> str | None:
        """By its name, or of a layer that stands for it, in its configuration."""
        if isinstance(given, Mapping) and not given.get("registered_name"):
            name = _activation_layer(str(given.get("class_name")), given.get("config"))
        else:
            name = ACTIVATIONS.get(given) if isinstance(given, str) else None
        if name is None:
            told = given.get("config") if isinstance(given, Mapping) else given
            return f": its activation {told!r}"
        return self._put_activation(name)

    def _put_activation(self, name: str) -> str | None:
        return None if name == "linear" else self._put("activation", {"activation": name})

    def _put(self, kind: str, table: dict[str, Any]) -> str | None:
        if not self.layers:
            return ": before the first layer"
        if not places([*self.parts[-1], kind]):
            return ": in a recipe, a layer is dense, activation, dropout, and at most one norm"
        self.parts[-1].append(kind)
        self.layers[-1] |= table
        return None


def _initializers(config: Mapping[str, Any]) -> tuple[Any, Any]:
    return config["kernel_initializer"], config["bias_initializer"]


def _activation_layer(name: str, config: Any) -> str | None:
    """As a recipe writes a layer that is an activation; None where it has no such one."""
    if not isinstance(config, Mapping):
        return None
    if name == "ReLU" and not _unusual(config):
        return "relu"
    if name == "LeakyReLU":
        return f"leaky_relu({config['negative_slope']})"
    if name == "ELU":
        return f"elu({config['alpha']})"
    if name == "Softmax" and not _unusual(config):
        return "softmax"
    return None


def _unusual(config: Mapping[str, Any]) -> str:
    """The settings of a ReLU or a Softmax that change what it is."""
    usual = {"max_value": None, "negative_slope": 0, "threshold": 0, "axis": -1}
    other = {key: config[key] for key, value in usual.items() if config.get(key, value) != value}
    return ", ".join(f"{key}={value}" for key, value in other.items())


def _held_back(config: Mapping[str, Any], taken: tuple[str, ...] = ()) -> str | None:
    """What keeps the layer's weights or its outputs from going where they like, but for `taken`."""
    if not config.get("trainable", True):
        return " with trainable=False"
    ends = ("_regularizer", "_constraint")
    kept = [key for key, value in config.items() if value and key.endswith(ends)]
    return next((f": its {key}" for key in kept if key not in taken), None)
