"""The modules of a network as it runs: their order, what they put out, where it breaks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from ...errors import DataError
from .rows import call

# What is computed between two layers, by the name of the function that computes it.
ACTIVATIONS = {
    "relu": "relu",
    "relu_": "relu",
    "relu6": "relu",
    "leaky_relu": "leaky_relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "silu": "silu",
    "softplus": "softplus",
    "mish": "mish",
    "softmax": "softmax",
    "log_softmax": "log_softmax",
    "hardtanh": "hard_tanh",
    "hardsigmoid": "hard_sigmoid",
}
# What else is one where a layer's outputs go into it as they are, and is arithmetic elsewhere.
OF_LAYERS = {"softmax": "softmax", "log_softmax": "log_softmax", "exp": "exponential"}
NORMS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
# other in evaluation than in training
MODE_DEPENDENT = (nn.modules.dropout._DropoutNd, nn.modules.batchnorm._BatchNorm)
CHANNELS = (nn.modules.conv._ConvNd, nn.modules.batchnorm._NormBase, nn.GroupNorm)


@dataclass
class Seen:
    """One layer in one pass: what its weights gave, and what its activation made of it."""

    name: str
    module: Any
    before: torch.Tensor
    after: torch.Tensor
    activation: str = "linear"
    received: torch.Tensor | None = None


@dataclass
class Pass:
    """Modules without children in the order in which they were called; the layers among them."""

    called: list[tuple[str, Any]] = field(default_factory=list)
    layers: list[Seen] = field(default_factory=list)
    last: str = ""  # the last activation that was computed, by module or by function
    computed: Any = None  # what it gave
    first_bad: str = ""  # where it is first not finite: a module, or what one is given


def by_name(model: Any) -> dict[str, Any]:
    """All modules by their path; one without a word in it says what it is: "Linear 0"."""
    return {
        path if path.strip("0123456789.") else f"{type(module).__name__} {path}".strip(): module
        for path, module in model.named_modules()
    }


def weights_of(module: Any) -> dict[str, Any]:
    """The module's own parameters of two dimensions or more.

    What a module holds beside layers of its own, as a class token or an embedding of places, makes
    no layer of it: it runs around them.
    """
    around = any(p.dim() > 1 for inner in module.children() for p in inner.parameters())
    # of a module that a script's own tensors make up no forward pass says which is a layer's
    if (around and not isinstance(module, nn.MultiheadAttention)) or hasattr(module, "is_together"):
        return {}
    return {n: p for n, p in module.named_parameters(recurse=False) if p.dim() > 1}


def alongside(layers: Sequence[Seen]) -> set[str]:
    """Layers that get what another before them got, as keys and values beside an attention's
    queries: they lie on branches, and not behind each other."""
    got, found = set[int](), set[str]()
    for one in layers:
        if one.received is not None:
            at = one.received.data_ptr()
            found |= {one.name} if at in got else set()
            got.add(at)
    return found


@dataclass(frozen=True)
class Loose:
    """A plain list, tuple or dict of layers, which the module that has it does not register."""

    owner: Any
    name: str
    layers: list[Any]

    @property
    def learning(self) -> list[Any]:
        """Their parameters that are to learn."""
        return [p for layer in self.layers for p in layer.parameters() if p.requires_grad]

    def register(self) -> None:
        """As a list or dict of modules in its place."""
        given = getattr(self.owner, self.name)
        kind = nn.ModuleDict if isinstance(given, dict) else nn.ModuleList
        setattr(self.owner, self.name, kind(given))


def unregistered(model: Any) -> dict[str, Loose]:
    """Layers that are to learn and that the model does not know of, by the path of their list."""
    known, found = {id(module) for module in model.modules()}, {}
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            inner = value.values() if isinstance(value, dict) else value
            if name.startswith("_") or not isinstance(value, list | tuple | dict):
                continue
            layers = [one for one in inner if isinstance(one, nn.Module)]
            loose = Loose(module, name, [one for one in layers if id(one) not in known])
            if loose.learning and len(layers) == len(inner):
                found[f"{path}.{name}".lstrip(".")] = loose
    return found


def dropping(model: Any) -> list[tuple[Any, str, float]]:
    """Each module that drops a share of numbers, the name that it has for it, and the share."""
    named = [(module, name) for module in model.modules() for name in ("p", "dropout")]
    found = [(module, name, getattr(module, name, None)) for module, name in named]
    return [(m, n, share) for m, n, share in found if isinstance(share, float) and 0 < share <= 1]


def first_tensor(value: Any) -> torch.Tensor | None:
    """The first tensor of what a module puts out: that of an LSTM comes with its states."""
    if isinstance(value, torch.Tensor):
        return value
    values = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | tuple | list):
        return getattr(value, "logits", None)
    return next((found for one in values if (found := first_tensor(one)) is not None), None)


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    values = value.values() if isinstance(value, dict) else value
    several = isinstance(value, dict | tuple | list)
    return [one for part in values for one in _tensors(part)] if several else []


class _Functions(TorchFunctionMode):
    """Sees which activation is computed, whether a module or the forward method calls it."""

    def __init__(self, seen: Pass) -> None:
        super().__init__()
        self.seen = seen

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        out = function(*args, **(kwargs or {}))
        called = getattr(function, "__name__", "")
        if not isinstance(out, torch.Tensor) or called not in ACTIVATIONS | OF_LAYERS:
            return out
        if called in ACTIVATIONS:
            self.seen.last, self.seen.computed = ACTIVATIONS[called], out
        given = first_tensor((*args, *(kwargs or {}).values()))
        layer = self.seen.layers[-1] if self.seen.layers else None
        if layer is not None and layer.activation == "linear" and _is_of(called, given, layer):
            layer.activation, layer.after = OF_LAYERS.get(called) or ACTIVATIONS[called], out
            layer.before = out if given is None else given
        return out


def _is_of(called: str, given: torch.Tensor | None, layer: Seen) -> bool:
    """Whether an activation is that of the layer before it: the softmax of an attention is of
    products of two layers, and of neither."""
    if called not in OF_LAYERS or given is None:
        return True
    return bool(given.data_ptr() == layer.after.data_ptr())


def passed(model: Any, inputs: Any) -> tuple[Any, Pass]:
    """One forward pass, looked at: what the model puts out, and what its layers did.

    Nothing of the model is changed; what it is set to, training or evaluation, counts.
    """
    seen, hooks = Pass(), []
    outside = "the inputs" if any(map(broken, _tensors(inputs))) else ""

    def after(name: str) -> Callable[[Any, Any, Any], None]:
        def hook(module: Any, given: Any, out: Any) -> None:
            tensor = first_tensor(out)
            if not any(True for _ in module.children()):
                seen.called.append((name, module))
            if tensor is None:
                return
            if weights_of(module):
                seen.layers.append(
                    Seen(name, module, tensor, tensor, received=first_tensor(tuple(given)))
                )
            elif isinstance(module, NORMS) and seen.layers:
                seen.layers[-1].before = seen.layers[-1].after = tensor
            if not seen.first_bad and not any(True for _ in module.children()) and broken(tensor):
                got = first_tensor(tuple(given))
                between = outside or f"the input of {name}"
                seen.first_bad = name if got is None or not broken(got) else between

        return hook

    for name, module in by_name(model).items():
        hooks.append(module.register_forward_hook(after(name)))
    try:
        with _Functions(seen):
            out = call(model, inputs)
    finally:
        for hook in hooks:
            hook.remove()
    if not seen.first_bad and any(map(broken, _tensors(out))):
        seen.first_bad = outside or "the outputs"
    return out, seen


def broken(tensor: torch.Tensor) -> bool:
    """Whether it holds NaN or infinity."""
    return tensor.is_floating_point() and not bool(torch.isfinite(tensor).all())


@contextmanager
def located(model: Any, inputs: Any) -> Iterator[None]:
    """Where the model raises on its data, says in which module, and what that module was given."""
    try:
        yield
    except (DataError, MemoryError):
        raise
    except Exception as error:
        name, module, given = _deepest(model, inputs)
        told = " ".join(str(error).split())
        kind = type(module).__name__
        where = (
            f"in {name}" + f" ({kind})" * (kind not in name)
            if module is not None
            else "after its layers"
        )
        got = f", which is given {given}" if given else ""
        raise DataError(
            f"the model raises on its data {where}{got}: {type(error).__name__}: {told[:300]}",
            "the shapes and kinds of the inputs, and what that module expects",
        ) from error


def _deepest(model: Any, inputs: Any) -> tuple[str, Any, str]:
    """The module that was running when the model raised."""
    inside: list[tuple[str, Any, str]] = []
    hooks = []

    def entering(name: str) -> Callable[[Any, Any], None]:
        def hook(module: Any, given: Any) -> None:
            inside.append((name, module, shapes(given)))

        return hook

    def leaving(module: Any, given: Any, out: Any) -> None:
        inside.pop()

    for name, module in by_name(model).items():
        hooks.append(module.register_forward_pre_hook(entering(name)))
        hooks.append(module.register_forward_hook(leaving))
    try:
        call(model, inputs)
    except Exception:
        return inside[-1] if inside else ("the model", model, "")
    finally:
        for hook in hooks:
            hook.remove()
    return "the model", None, ""


def shapes(value: Any) -> str:
    """Shapes and kinds of all tensors in it."""
    if isinstance(value, torch.Tensor):
        return f"{list(value.shape)} {str(value.dtype).split('.')[-1]}"
    values = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | tuple | list):
        return ", ".join(filter(None, map(shapes, values)))
    return ""
