"""Two recipes as what changes between them in scikit-learn's words."""

from collections.abc import Mapping
from typing import Any

from ..recipe import Layer, Recipe

ACTIVATIONS = {"linear": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
SCALERS = {
    "standardize": "StandardScaler()",
    "minmax": "MinMaxScaler()",
    "pca": "PCA()",
    "center": "StandardScaler(with_std=False)",
    "whiten": "PCA(whiten=True)",
}
SOLVERS = {"adam": "adam", "sgd": "sgd", "momentum": "sgd", "nesterov": "sgd", "lbfgs": "lbfgs"}
LARGEST_BATCH = 200  # rows, of scikit-learn's "auto"
SAID = {
    "layer.units", "optimizer.name", "optimizer.learning_rate", "optimizer.momentum",
    "optimizer.rate_inside", "optimizer.beta1", "optimizer.beta2", "optimizer.eps",
    "optimizer.eps_hat", "training.epochs", "training.batch_size", "training.shuffle",
    "training.early_stopping.watch", "training.early_stopping.patience",
    "training.early_stopping.min_delta", "training.dtype", "training.seed",
    "data.preprocess.features", "data.preprocess.target", "data.task", "data.target_encoding",
    "regularization.l2", "layer.l2", "loss.scale", "title",
    # it chooses loss and last layer by the task
    "layer.init_gain", "loss.name", "loss.from_logits",
}  # fmt: skip


def sklearn_code(
    before: Recipe,
    old: tuple[Layer, ...],
    after: Recipe,
    new: tuple[Layer, ...],
    own: Mapping[str, Any] | None = None,
    behind: str = "",
) -> tuple[list[str], set[str]]:
    """One line for the estimator, one for each scaler around it; and which keys they say.

    `own`: the arguments that the user gave; where they aren't known, what is unusual in the recipe.
    `behind`: code of what comes before the scaler.
    """
    first, second = _arguments(before, old), _arguments(after, new)
    kind = "MLPRegressor" if after.data.task == "regression" else "MLPClassifier"
    usual = _defaults(kind)
    changed = {k: v for k, v in second.items() if first.get(k, usual.get(k)) != v}
    kept = {key: value for key, value in second.items() if usual.get(key) != value}
    given = changed | {k: v for k, v in (kept if own is None else own).items() if k not in changed}
    stated = ", ".join(f"{key}={value!r}" for key, value in given.items())
    estimator = f"{kind}({stated})"
    lines = [estimator] if changed else []
    said = set(SAID)
    activations = {layer.activation.name for layer in new[:-1]}
    if len(activations) < 2 and activations <= set(ACTIVATIONS):
        said.add("layer.activation")
    for key in ("init", "bias_init"):  # drawn by its own rule, which goes with the activation
        drawn = [
            getattr(one, key) == getattr(two, key) or one.activation != two.activation
            for one, two in zip(old, new, strict=False)
        ]
        said |= {f"layer.{key}"} if all(drawn) else set()
    features, target = after.data.preprocess.features, after.data.preprocess.target
    if features != before.data.preprocess.features and features in SCALERS:
        steps = [behind] * bool(behind) + [SCALERS[features], estimator]
        lines = [f"make_pipeline({', '.join(steps)})"]
    if target != before.data.preprocess.target and target in SCALERS:
        inner = lines[0] if lines else estimator
        lines = [f"TransformedTargetRegressor({inner}, transformer={SCALERS[target]})"]
    if after.schedule.name == "constant" and before.schedule.name != "constant":
        said |= {f"schedule.{key}" for key in type(after.schedule).model_fields}
    if after.optimizer.name not in SOLVERS:
        said.discard("optimizer.name")
    return lines, said


def _defaults(kind: str) -> dict[str, Any]:
    """What need not be written of an estimator; its "auto" is what batches of many rows are."""
    from sklearn import neural_network

    usual: dict[str, Any] = getattr(neural_network, kind)().get_params()
    return usual | {"batch_size": LARGEST_BATCH}


def _arguments(recipe: Recipe, layers: tuple[Layer, ...]) -> dict[str, Any]:
    """The arguments of the estimator that the recipe stands for."""
    optimizer, training = recipe.optimizer, recipe.training
    given: dict[str, Any] = {"hidden_layer_sizes": tuple(layer.units for layer in layers[:-1])}
    activations = {layer.activation.name for layer in layers[:-1]}
    if len(activations) == 1 and (name := activations.pop()) in ACTIVATIONS:
        given["activation"] = ACTIVATIONS[name]
    if optimizer.name in SOLVERS:
        given["solver"] = SOLVERS[optimizer.name]
    if optimizer.name != "lbfgs":
        given["learning_rate_init"] = optimizer.learning_rate
        given["batch_size"] = training.batch_size
        given["learning_rate"] = _rate_rule(recipe)
    if optimizer.name in ("sgd", "momentum", "nesterov"):
        given["momentum"] = optimizer.momentum or 0.0
    if optimizer.name in ("momentum", "nesterov"):
        given["nesterovs_momentum"] = optimizer.name == "nesterov"
    if optimizer.name == "adam":
        given |= {"beta_1": optimizer.beta1, "beta_2": optimizer.beta2, "epsilon": optimizer.eps}
    given |= {
        "alpha": float(f"{layers[-1].l2 * training.batch_size:.6g}"),
        "max_iter": training.epochs,
    }
    given["shuffle"] = training.shuffle
    return given | _stopping(recipe)


def _rate_rule(recipe: Recipe) -> str:
    name = recipe.schedule.name
    return {"constant": "constant", "plateau": "adaptive"}.get(name, "invscaling")


def _stopping(recipe: Recipe) -> dict[str, Any]:
    """Its patience; without early stopping here, so long a one that it never ends early."""
    stopping = recipe.training.early_stopping
    if stopping is None:
        return (
            {}
            if recipe.schedule.name == "plateau" or recipe.optimizer.name == "lbfgs"
            else {"n_iter_no_change": recipe.training.epochs}
        )
    return {
        "early_stopping": stopping.watch != "training_loss",
        "n_iter_no_change": stopping.patience,
    }
