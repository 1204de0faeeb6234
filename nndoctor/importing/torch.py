"""A torch.nn.Sequential of dense layers as a recipe, after PyTorch 2.13; torch is never imported.

Modules are told by the names of their classes. First weights are drawn as the ones at hand were:
PyTorch's own rule where they lie within it, else by the distribution that they look like.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..data import Dataset
from ..errors import UsageError
from ..trainable import Array
from .described import Described, refuse_unsaid
from .first_weights import drawn_like
from .own_weights import Norm, by_name
from .places import common_place, norm_place, places
from .rows import plain
from .torch_training import loss_table, optimizer_table

PLAIN = {
    "ReLU": "relu",
    "SELU": "selu",
    "SiLU": "silu",
    "Mish": "mish",
    "Softsign": "softsign",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Hardsigmoid": "hard_sigmoid",
}
WEIGHT_NORMS = (
    ("parametrizations.weight.original0", "parametrizations.weight.original1"),
    ("weight_g", "weight_v"),  # as torch.nn.utils.weight_norm wrote it
)


def described(
    model: Any,
    dataset: Dataset,
    y: Any,
    loss: Any,
    optimizer: Any,
    training: Mapping[str, Any],
    validation: float,
    from_weights: bool = False,
) -> Described:
    """The modules, their loss and their optimizer."""
    name = type(model).__name__
    if name != "Sequential" and type(model).__name__ != "Linear":
        raise UsageError(
            f"{name} is no torch.nn.Sequential: its forward can't be read",
            "write it as nn.Sequential(nn.Linear(...), nn.ReLU(), ...)",
        )
    if optimizer is None:
        raise UsageError(
            "optimizer is missing", "optimizer=torch.optim.Adam(model.parameters(), lr=1e-3)"
        )
    if loss is None:
        raise UsageError("loss is missing", "such as loss=nn.CrossEntropyLoss()")
    stack, unsaid, notes = _Stack(), [], []
    for place, module in _flattened(model):
        if (problem := stack.add(module)) is not None:
            unsaid.append(f"module {place}, {module!r}{problem}")
    if not stack.layers:
        refuse_unsaid(name, unsaid)
        raise UsageError(f"{name} has no nn.Linear", "there is nothing to train")
    width = stack.inputs
    if width != dataset.x.shape[1]:
        raise UsageError(
            f"X has {dataset.x.shape[1]} columns, the first layer takes {width}",
            f"nn.Linear({dataset.x.shape[1]}, ...)",
        )
    kind, of_loss, remarks = loss_table(loss, stack.layers, dataset, np.ndim(y), unsaid)
    how = optimizer_table(optimizer, model, unsaid)
    norm = norm_place(stack.parts, unsaid)
    refuse_unsaid(name, unsaid)
    for at, layer in enumerate(stack.layers):
        layer |= (starts := drawn_like(*stack.weights[at]))
        if starts["init"] != "fan_in_uniform" and not from_weights:
            notes.append(f"layer {at + 1}: first weights as they are, drawn from {starts['init']}")
    tables = {
        "data": {"validation": float(validation), **of_loss.pop("data", {})},
        "model": {"norm": norm} if norm else {},
        "loss": of_loss,
        "optimizer": how,
        "training": {**training, "dtype": stack.dtype},
    }
    return Described(
        "PyTorch",
        name,
        kind,
        tuple(stack.layers),
        tables,
        stack.input_norm,
        (*notes, *remarks),
        stack.own_weights() if from_weights else {},
    )


def _flattened(model: Any, stem: str = "") -> Iterator[tuple[str, Any]]:
    """All modules in the order in which they are called, with their places."""
    if type(model).__name__ == "Linear":
        yield "0", model
        return
    for place, module in model._modules.items():  # named_children leaves out what comes again
        if type(module).__name__ == "Sequential":
            yield from _flattened(module, f"{stem}{place}.")
        else:
            yield f"{stem}{place}", module


class _Stack:
    """Layers as they come together, module by module."""

    def __init__(self) -> None:
        self.layers: list[dict[str, Any]] = []
        self.weights: list[tuple[Any, Any]] = []
        self.directions: dict[int, Any] = {}  # v of a weight norm, by the place of its layer
        self.lengths: dict[int, Any] = {}
        self.norms: dict[int, Any] = {}  # by the number of their layer, 0 for the inputs
        self.input_norm, self.inputs, self.width = False, 0, 0
        self.dtype = "float32"
        self.parts: list[list[str]] = []  # of each layer, after its linear map
        self.held: set[int] = set()  # parameters seen so far

    def add(self, module: Any) -> str | None:
        """Takes in one module; why it can't, "" where its kind says it, None where it can."""
        name = type(module).__name__
        if name == "Identity" or (name == "Flatten" and not self.layers):
            return None
        own = {id(parameter) for parameter in module.parameters()}
        if own & self.held:
            return ": its weights are shared"
        self.held |= own
        if name in ("Linear", "ParametrizedLinear"):
            return self._linear(module)
        if name in ("BatchNorm1d", "LayerNorm"):
            return self._norm(module, name)
        if name == "Dropout":
            return self._put("dropout", {"dropout": float(module.p)} if module.p else {})
        activation = _activation(module, name)
        return "" if activation is None else self._put("activation", {"activation": activation})

    def _linear(self, module: Any) -> str | None:
        if self.layers and module.in_features != self.width:
            return f": it takes {module.in_features} inputs after {self.width} units"
        if not self.layers:
            self.inputs = int(module.in_features)
        if (parts := _parts(module)) is None:
            return ": its weight is made of something else"
        weight = _weight(*parts) if parts else plain(module.weight).T
        bias = None if module.bias is None else module.bias.detach().cpu().numpy()
        if weight.dtype not in (np.float32, np.float64):
            return f": its weights are {weight.dtype}"
        self.dtype, self.width = str(weight.dtype), int(module.out_features)
        self.layers.append({"units": self.width, "activation": "linear", "bias": bias is not None})
        if parts:
            self.layers[-1]["weight_norm"] = True
            self.directions[len(self.weights)], self.lengths[len(self.weights)] = parts
        self.weights.append((weight, bias))
        self.parts.append([])
        return None

    def _norm(self, module: Any, name: str) -> str | None:
        batch = name == "BatchNorm1d"
        usual = module.eps == 1e-5 and (not batch or module.momentum == 0.1)
        affine = module.affine if batch else module.elementwise_affine
        if not (usual and affine and (not batch or module.track_running_stats)):
            return ": other settings than the default ones"
        if not self.layers:
            if not batch:
                return " before the first layer"
            self.input_norm = True
        self.norms[len(self.layers)] = module
        if not self.layers:
            return None
        return self._put("norm", {"batch_norm" if batch else "layer_norm": True})

    def own_weights(self) -> dict[str, Array]:
        """Those at hand."""
        norms = [_of_norm(self.norms.get(at)) for at in range(len(self.layers) + 1)]
        layers = [(self.directions.get(at, w), b) for at, (w, b) in enumerate(self.weights)]
        place = common_place(self.parts)
        return by_name(layers, norms[1:], norms[0], self.lengths, place)

    def _put(self, kind: str, table: dict[str, Any]) -> str | None:
        if not self.layers:
            return " before the first layer"
        if not places([*self.parts[-1], kind]):
            return ": in a recipe, a layer is linear, activation, dropout, and at most one norm"
        self.parts[-1].append(kind)
        self.layers[-1] |= table
        return None


def _parts(module: Any) -> tuple[()] | tuple[Array, Array] | None:
    """Directions [D, K] and lengths [K] of a weight norm, in its newer or older form.

    () where the weight is a parameter, None where it is something else, as under spectral_norm.
    """
    held = dict(module.named_parameters())
    names = set(held) - {"bias"}
    if names == {"weight"}:
        return ()
    chains = getattr(module, "parametrizations", None)
    made = [type(one).__name__ for one in getattr(chains, "weight", ())]
    for lengths, directions in WEIGHT_NORMS:
        ours = names == {lengths, directions} and made in ([], ["_WeightNorm"])
        if ours and held[lengths].shape == (module.out_features, 1):
            return plain(held[directions]).T, plain(held[lengths])[:, 0]
    return None


def _weight(directions: Array, lengths: Array) -> Array:
    """W [D, K] of both, not as it was when they were last used."""
    with np.errstate(all="ignore"):
        return np.asarray(lengths * (directions / np.linalg.norm(directions, axis=0)))


def _of_norm(module: Any) -> Norm | None:
    if module is None:
        return None
    held = [module.weight, module.bias]
    if type(module).__name__ == "BatchNorm1d":
        held += [module.running_mean, module.running_var]
    return [plain(one) for one in held]


def _activation(module: Any, name: str) -> str | None:
    """As a recipe writes it; None where it has no such one."""
    if name in PLAIN:
        return PLAIN[name]
    if name == "LeakyReLU":
        return f"leaky_relu({module.negative_slope!r})"
    if name == "ELU":
        return f"elu({module.alpha!r})"
    if name == "GELU":
        return "gelu_tanh" if module.approximate == "tanh" else "gelu"
    if name == "Softplus" and module.beta == 1:
        return "softplus"
    if name == "Hardtanh" and (module.min_val, module.max_val) == (-1, 1):
        return "hard_tanh"
    if name in ("Softmax", "LogSoftmax") and module.dim in (1, -1):
        return "softmax" if name == "Softmax" else "log_softmax"
    return None
