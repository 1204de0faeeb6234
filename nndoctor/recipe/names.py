"""The names a recipe may use: which units exist, what they take, and what is not there yet.

Plain data. To make a unit available, move its name from `later` to `now`; to make a feature
available, take its key out of `NOT_YET`.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Family:
    """One kind of unit: names that work now, and names that are known but not built yet."""

    kind: str
    now: tuple[str, ...]
    later: tuple[str, ...]
    # What stands in brackets behind a name, in order, with its default; None: has to be given.
    arguments: Mapping[str, Mapping[str, float | None]] = field(hash=False)

    def usage(self, name: str) -> str:
        """How a unit is written, with its arguments: `normal(mean, std)`, `elu(alpha=1)`."""
        arguments = self.arguments.get(name, {})
        told = [key if value is None else f"{key}={value:g}" for key, value in arguments.items()]
        return f"{name}({', '.join(told)})" if told else name


def _family(
    kind: str,
    *,
    now: str,
    later: str = "",
    arguments: Mapping[str, Mapping[str, float | None]] | None = None,
) -> Family:
    return Family(kind, tuple(now.split()), tuple(later.split()), arguments or {})


ACTIVATIONS = _family(
    "activation",
    now="linear relu leaky_relu elu sigmoid tanh softmax exponential",
    later="prelu selu gelu silu softplus softsign maxout hard_sigmoid clipped_sigmoid",
    arguments={"leaky_relu": {"slope": 0.01}, "elu": {"alpha": 1.0}},
)
LOSSES = _family(
    "loss",
    now="cross_entropy binary_cross_entropy mse mae hinge",
    later="huber log_cosh kl_divergence",
)
INITIALIZERS = _family(
    "init",
    now="zeros ones constant normal truncated_normal uniform "
    "xavier glorot_normal glorot_uniform he_normal he_uniform",
    later="lecun_normal lecun_uniform orthogonal lsuv random_walk",
    arguments={
        "constant": {"c": None},
        "normal": {"mean": None, "std": None},
        "truncated_normal": {"mean": None, "std": None},
        "uniform": {"a": None, "b": None},
    },
)
OPTIMIZERS = _family(
    "optimizer",
    now="sgd momentum nesterov adagrad adadelta rmsprop adam amsgrad adamax nadam radam adamw lion "
    "adafactor",
    later="newton_cg bfgs lbfgs conjugate_gradient",
)
SCHEDULES = _family(
    "schedule",
    now="constant step inverse_time",
    later="exponential sqrt polynomial cosine one_cycle plateau manual",
)
FEATURE_STEPS = _family(
    "way to prepare features",
    now="none center standardize minmax per-channel-center",
    later="pca whiten zca",
)
TARGET_STEPS = _family("way to prepare the target", now="none standardize minmax")
GENERATORS = _family("generator", now="gaussian spiral xor blobs circles moons sine")
FAMILIES = (
    ACTIVATIONS,
    LOSSES,
    INITIALIZERS,
    OPTIMIZERS,
    SCHEDULES,
    FEATURE_STEPS,
    TARGET_STEPS,
    GENERATORS,
)

_MEANS: Mapping[str, float] = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}

# The settings an optimizer takes, with their defaults. Rates: adam, amsgrad, radam and adamw as
# Keras and PyTorch; sgd, momentum, nesterov, rmsprop and lion as Keras; adagrad, adadelta, adamax,
# nadam and adafactor as PyTorch; adamw's decay as PyTorch.
OPTIMIZER_SETTINGS: Mapping[str, Mapping[str, float | bool]] = {
    "sgd": {"learning_rate": 0.01, "momentum": 0.0, "nesterov": False, "dampening": 0.0},
    "momentum": {"learning_rate": 0.01, "momentum": 0.9, "rate_inside": False},
    "nesterov": {"learning_rate": 0.01, "momentum": 0.9},
    "adagrad": {"learning_rate": 0.01, "eps": 1e-10},
    "adadelta": {"learning_rate": 1.0, "rho": 0.9, "eps": 1e-6},
    "rmsprop": {
        "learning_rate": 0.001, "rho": 0.9, "eps": 1e-8, "momentum": 0.0, "centered": False,
    },
    "adam": {"learning_rate": 0.001, **_MEANS, "bias_correction": True},
    "amsgrad": {"learning_rate": 0.001, **_MEANS},
    "adamax": {"learning_rate": 0.002, **_MEANS},
    "nadam": {"learning_rate": 0.002, **_MEANS, "momentum_decay": 0.004},
    "radam": {"learning_rate": 0.001, **_MEANS},
    "adamw": {"learning_rate": 0.001, **_MEANS, "bias_correction": True, "weight_decay": 0.01},
    "lion": {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.99},
    "adafactor": {
        "learning_rate": 0.01, "eps1": 0.0, "eps2": 1e-3, "clip_threshold": 1.0,
        "beta2_decay": -0.8,
    },
}  # fmt: skip

# The settings a schedule takes, with their defaults; None: has to be given.
SCHEDULE_SETTINGS: Mapping[str, Mapping[str, float | str | None]] = {
    "constant": {},
    "step": {"factor": 0.5, "every": None, "per": "step"},
    "inverse_time": {"decay": None, "per": "step"},
}

# Keys that are read and checked but do nothing in this version when switched on.
NOT_YET = (
    "model.batch_norm",
    "model.input_batch_norm",
    "model.layers[].batch_norm",
    "loss.label_smoothing",
    "regularization.elastic_net.strength",
    "schedule.warmup",
    "training.early_stopping",
    "training.noise.input_std",
)

# What other tools call our keys and names.
KEY_ALIASES: Mapping[str, str] = {
    "act": "activation",
    "batch": "batch_size",
    "batchnorm": "batch_norm",
    "batchsize": "batch_size",
    "bias_initializer": "bias_init",
    "early_stop": "early_stopping",
    "epsilon": "eps",
    "eta": "learning_rate",
    "features": "preprocess",
    "file": "path",
    "hidden_layers": "hidden",
    "initializer": "init",
    "kernel_initializer": "init",
    "label": "target",
    "label_column": "target",
    "layer": "layers",
    "lr": "learning_rate",
    "max_epochs": "epochs",
    "n_classes": "classes",
    "n_epochs": "epochs",
    "normalise": "preprocess",
    "normalize": "preprocess",
    "num_classes": "classes",
    "num_epochs": "epochs",
    "optim": "optimizer",
    "optimiser": "optimizer",
    "random_state": "seed",
    "regularisation": "regularization",
    "regularizer": "regularization",
    "scheduler": "schedule",
    "lr_schedule": "schedule",
    "test_size": "test",
    "train": "training",
    "val": "validation",
    "validation_split": "validation",
    "wd": "weight_decay",
    "weight_init": "init",
    "x": "path",
    "y": "target",
}
NAME_ALIASES: Mapping[str, str] = {
    "bce": "binary_cross_entropy",
    "binary_crossentropy": "binary_cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "circle": "circles",
    "crossentropy": "cross_entropy",
    "gradient_descent": "sgd",
    "he": "he_normal",
    "identity": "linear",
    "kaiming_normal": "he_normal",
    "kaiming_uniform": "he_uniform",
    "l1": "mae",
    "l2": "mse",
    "logistic": "sigmoid",
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "nag": "nesterov",
    "random_normal": "normal",
    "random_uniform": "uniform",
    "softmax_cross_entropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "swish": "silu",
    "time_based": "inverse_time",
    "xavier_normal": "glorot_normal",
    "xavier_uniform": "glorot_uniform",
    "zscore": "standardize",
}


def nearest(
    word: str, permitted: Iterable[str], aliases: Mapping[str, str] = NAME_ALIASES
) -> str | None:
    """The permitted word that was probably meant."""
    permitted = list(permitted)
    plain = word.strip().lower().replace(" ", "_").replace("-", "_")
    if aliases.get(plain) in permitted:
        return aliases[plain]
    by_plain = {known.lower().replace("-", "_"): known for known in permitted}
    close = difflib.get_close_matches(plain, by_plain, n=1, cutoff=0.6)
    return by_plain[close[0]] if close else None


def meant(word: str, permitted: Iterable[str], aliases: Mapping[str, str] = NAME_ALIASES) -> str:
    """A hint: the word that was probably meant, or else all that are permitted."""
    permitted = list(permitted)
    if (close := nearest(word, permitted, aliases)) is not None:
        return f'did you mean "{close}"?'
    return f"permitted: {', '.join(permitted)}"
