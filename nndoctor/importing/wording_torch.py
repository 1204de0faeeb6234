"""Two recipes as what changes between them in PyTorch's words."""

from ..recipe import Layer, Recipe, Unit
from .places import ORDERS

ACTIVATIONS = {
    "relu": "nn.ReLU()",
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "gelu_tanh": "nn.GELU(approximate='tanh')",
    "silu": "nn.SiLU()",
    "mish": "nn.Mish()",
    "softplus": "nn.Softplus()",
    "softsign": "nn.Softsign()",
    "hard_tanh": "nn.Hardtanh()",
    "hard_sigmoid": "nn.Hardsigmoid()",
    "softmax": "nn.Softmax(dim=1)",
    "leaky_relu": "nn.LeakyReLU({})",
    "elu": "nn.ELU({})",
    "prelu": "nn.PReLU({units})",
}
OPTIMIZERS = {
    "sgd": "SGD",
    "momentum": "SGD",
    "nesterov": "SGD",
    "adam": "Adam",
    "amsgrad": "Adam",
    "adamw": "AdamW",
    "adamax": "Adamax",
    "nadam": "NAdam",
    "radam": "RAdam",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
}
LOSSES = {
    ("cross_entropy", True): "nn.CrossEntropyLoss",
    ("mse", True): "nn.MSELoss",
    ("binary_cross_entropy", True): "nn.BCEWithLogitsLoss",
    ("mae", True): "nn.L1Loss",
    ("binary_cross_entropy", False): "nn.BCELoss",
    ("huber", True): "nn.HuberLoss",
}
DRAWN = {
    "he_normal": "kaiming_normal_({}, nonlinearity='relu')",
    "zeros": "zeros_({})",
    "he_uniform": "kaiming_uniform_({}, nonlinearity='relu')",
    "ones": "ones_({})",
    "glorot_normal": "xavier_normal_({})",
    "glorot_uniform": "xavier_uniform_({})",
    "orthogonal": "orthogonal_({})",
    "lecun_normal": "kaiming_normal_({}, nonlinearity='linear')",
    "normal": "normal_({}, {}, {})",
    "uniform": "uniform_({}, {}, {})",
    "constant": "constant_({}, {})",
    "fan_in_uniform": "kaiming_uniform_({}, a=5**0.5)",
}
BIAS_DRAWN = {  # of one dimension, for which PyTorch has no fan
    **{name: DRAWN[name] for name in ("zeros", "ones", "constant", "normal", "uniform")},
    "fan_in_uniform": "uniform_({}, -model[{place}].in_features**-0.5, "
    "model[{place}].in_features**-0.5)",
}
SCALED = {
    "standardize": "{0} = ({0} - {0}.mean(0)) / {0}.std(0)",
    "minmax": "{0} = ({0} - {0}.min(0).values) / ({0}.max(0).values - {0}.min(0).values)",
    "center": "{0} = {0} - {0}.mean(0)",
}
WEIGHT_NORM = "nn.utils.parametrizations.weight_norm"
NORMS = {"batch_norm": "nn.BatchNorm1d", "layer_norm": "nn.LayerNorm"}
LAYER_KEYS = {"units", "activation", "bias", "norm", "place", "dropout", "weight_norm"}
LOSS_KEYS = {"name", "from_logits", "reduction", "label_smoothing", "delta"}
OWN_START = "fan_in_uniform"


def torch_code(
    before: Recipe, old: tuple[Layer, ...], after: Recipe, new: tuple[Layer, ...]
) -> tuple[list[str], set[str]]:
    """Lines from the rows to the loop, and which keys of a recipe they say."""
    lines, said = [], {"title", "data.task", "data.target_encoding", "training.dtype"}
    for key, name in (("features", "X"), ("target", "y")):
        is_now = getattr(after.data.preprocess, key)
        if is_now != getattr(before.data.preprocess, key) and is_now in SCALED:
            lines.append(SCALED[is_now].format(name))
            said.add(f"data.preprocess.{key}")
    made, anew = _modules(old, new, after)
    drawn, all_said = _starts(old, new, anew)
    lines += made + drawn
    said |= {f"layer.{key}" for key in LAYER_KEYS} | all_said
    if any(layer.weight_norm == "data" for layer in new):  # PyTorch starts lengths at |v|
        said.discard("layer.weight_norm")
    if loss := _loss(after):
        lines += [f"loss = {loss}"] * (loss != _loss(before))
        said |= {f"loss.{key}" for key in LOSS_KEYS}
    if (optimizer := _optimizer(after)) and optimizer != _optimizer(before):
        lines.append(f"optimizer = {optimizer}")
        said |= {f"optimizer.{key}" for key in type(after.optimizer).model_fields}
        said -= {"optimizer.clip_norm", "optimizer.clip_value"}
    return lines + _loop(before, after, said), said


def _loop(before: Recipe, after: Recipe, said: set[str]) -> list[str]:
    """What changes in the loop over the batches."""
    lines = []
    for key in ("epochs", "batch_size", "shuffle"):
        if (value := getattr(after.training, key)) != getattr(before.training, key):
            lines.append(f"{key} = {value}" + "  # of the DataLoader" * (key != "epochs"))
        said.add(f"training.{key}")
    limit = after.optimizer.clip_norm
    if limit != before.optimizer.clip_norm:
        call = f"nn.utils.clip_grad_norm_(model.parameters(), {limit:g})"
        told = f"{call}  # before optimizer.step()" if limit else "# no clip_grad_norm_"
        lines.append(told)
        said.add("optimizer.clip_norm")
    return lines


def modules(layers: tuple[Layer, ...], inputs: str = "...") -> list[str]:
    """The constructors of a Sequential, in their order; `inputs` is what the first one takes."""
    made, width = [], inputs
    for layer in layers:
        bias = "" if layer.bias else ", bias=False"
        linear = f"nn.Linear({width}, {layer.units}{bias})"
        made.append(f"{WEIGHT_NORM}({linear})" if layer.weight_norm else linear)
        width = str(layer.units)
        curved = layer.activation.name != "linear"
        parts = {
            "norm": layer.norm and f"{NORMS[layer.norm]}({width})",
            "activation": curved and _activation(layer.activation, width),
            "dropout": layer.dropout and f"nn.Dropout({layer.dropout:g})",
        }
        made += [str(parts[one]) for one in ORDERS[layer.place] if parts[one]]
    return made


def _activation(unit: Unit, units: str) -> str:
    form = ACTIVATIONS.get(unit.name, f"{unit.name}()")
    return form.format(*(f"{value:g}" for value in unit.args), units=units)


def _modules(
    old: tuple[Layer, ...], new: tuple[Layer, ...], after: Recipe
) -> tuple[list[str], set[int]]:
    """Lines that change the modules, and the places of those that they make anew."""
    first, second = modules(old), modules(new)
    same = len(old) == len(new) and len(first) == len(second)
    if same and sum(map(str.__ne__, first, second)) <= 3:
        anew = {at: was for at, was in enumerate(first) if was != second[at]}
        lines = [f"model[{at}] = {second[at]}  # in place of {was}" for at, was in anew.items()]
        return lines, set(anew)
    if first[:-1] == second:
        name = LOSSES.get((_name(after), after.loss.from_logits), "the loss").removeprefix("nn.")
        return [f"# remove {first[-1]} before {name}: del model[{len(first) - 1}]"], set()
    return [f"model = nn.Sequential({', '.join(second)})"], set(range(len(second)))


def _starts(
    old: tuple[Layer, ...], new: tuple[Layer, ...], anew: set[int]
) -> tuple[list[str], set[str]]:
    """How first weights are drawn, where that changes, and the keys of which that says all.

    A module that is made anew starts in PyTorch's own way.
    """
    lines, said, place = [], {"layer.init", "layer.bias_init"}, 0
    for at, layer in enumerate(new):
        for kind, key, drawn in (("weight", "init", DRAWN), ("bias", "bias_init", BIAS_DRAWN)):
            unit = getattr(layer, key)
            was = Unit(OWN_START) if place in anew else getattr(old[at], key)
            if unit == was or (kind == "bias" and not layer.bias):
                continue
            if unit.name in drawn and not (kind == "weight" and layer.weight_norm):
                args = (f"{value:g}" for value in unit.args)
                where = f"model[{place}].{kind}"
                lines.append(f"nn.init.{drawn[unit.name].format(where, *args, place=place)}")
            else:
                said.discard(f"layer.{key}")
        place += len(modules((layer,)))
    return lines, said


def _name(recipe: Recipe) -> str:
    kinds = {"classification": "cross_entropy", "multilabel": "binary_cross_entropy"}
    return recipe.loss.name or kinds.get(str(recipe.data.task), "mse")


def _loss(recipe: Recipe) -> str:
    name = LOSSES.get((_name(recipe), recipe.loss.from_logits), "")
    settings = []
    if recipe.loss.reduction != "mean":
        settings.append(f"reduction='{recipe.loss.reduction}'")
    if recipe.loss.label_smoothing:
        settings.append(f"label_smoothing={recipe.loss.label_smoothing:g}")
    if recipe.loss.delta:
        settings.append(f"delta={recipe.loss.delta:g}")
    return f"{name}({', '.join(settings)})" if name else ""


def _optimizer(recipe: Recipe) -> str:
    given = recipe.optimizer
    if given.name not in OPTIMIZERS:
        return ""
    settings = [f"lr={given.learning_rate:g}"]
    if given.momentum:
        settings.append(f"momentum={given.momentum:g}")
    if given.name == "nesterov" or given.nesterov:
        settings.append("nesterov=True")
    if given.name == "rmsprop" and given.rho is not None:
        settings.append(f"alpha={given.rho:g}")
    if given.beta1 is not None and (given.beta1, given.beta2) != (0.9, 0.999):
        settings.append(f"betas=({given.beta1:g}, {given.beta2:g})")
    if given.eps is not None and given.eps != 1e-8 and given.name not in ("adagrad", "adadelta"):
        settings.append(f"eps={given.eps:g}")
    if given.weight_decay:
        settings.append(f"weight_decay={given.weight_decay:g}")
    if given.name == "amsgrad":
        settings.append("amsgrad=True")
    return f"torch.optim.{OPTIMIZERS[given.name]}(model.parameters(), {', '.join(settings)})"
