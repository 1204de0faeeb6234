"""The names a recipe may use: which units exist and what they take. Plain data."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..spelling import close, plain


@dataclass(frozen=True)
class Family:
    """One kind of unit and the names of its members."""

    kind: str
    names: tuple[str, ...]
    # What stands in brackets behind a name, in order, with its default; None: has to be given.
    arguments: Mapping[str, Mapping[str, float | None]] = field(hash=False)

    def usage(self, name: str) -> str:
        """How a unit is written, with its arguments: `normal(mean, std)`, `elu(alpha=1)`."""
        arguments = self.arguments.get(name, {})
        told = [key if value is None else f"{key}={value:g}" for key, value in arguments.items()]
        return f"{name}({', '.join(told)})" if told else name


def _family(
    kind: str,
    names: str,
    arguments: Mapping[str, Mapping[str, float | None]] | None = None,
) -> Family:
    return Family(kind, tuple(names.split()), arguments or {})


ACTIVATIONS = _family(
    "activation",
    "linear relu leaky_relu prelu elu selu gelu gelu_tanh silu mish softplus softsign "
    "sigmoid clipped_sigmoid hard_sigmoid tanh hard_tanh exponential maxout softmax "
    "step",
    arguments={
        "leaky_relu": {"slope": 0.01},
        "prelu": {"slope": 0.25},
        "elu": {"alpha": 1.0},
        "clipped_sigmoid": {"least": 0.01},
        "maxout": {"pieces": 2},
    },
)
LOSSES = _family(
    "loss",
    "cross_entropy binary_cross_entropy kl_divergence mse msle mae huber log_cosh hinge",
)
INITIALIZERS = _family(
    "init",
    "zeros ones constant normal truncated_normal uniform "
    "xavier glorot_normal glorot_uniform he_normal he_uniform "
    "lecun_normal lecun_uniform "
    "truncated_he_normal truncated_glorot_normal truncated_lecun_normal "
    "fan_in_uniform glorot_uniform_logistic orthogonal random_walk lsuv",
    arguments={
        "constant": {"c": None},
        "normal": {"mean": None, "std": None},
        "truncated_normal": {"mean": None, "std": None},
        "uniform": {"a": None, "b": None},
    },
)
# "prior" is for the last layer alone: what the best constant answer needs.
BIAS_INITIALIZERS = _family(
    "bias init", " ".join((*INITIALIZERS.names, "prior")), INITIALIZERS.arguments
)
OPTIMIZERS = _family(
    "optimizer",
    "sgd momentum nesterov adagrad adadelta rmsprop adam amsgrad adamax nadam radam adamw lion "
    "rprop adafactor lbfgs bfgs conjugate_gradient newton_cg damped_newton",
)
SCHEDULES = _family(
    "schedule",
    "constant step multi_step exponential staircase inverse_time sqrt polynomial cosine "
    "cosine_restarts one_cycle manual plateau",
)
FEATURE_STEPS = _family(
    "way to prepare features",
    "none divide center standardize minmax per-channel-center pca whiten zca",
)
METRICS = _family(
    "metric",
    "accuracy binary_accuracy categorical_accuracy sparse_categorical_accuracy balanced_accuracy "
    "precision recall f1 auc mcc mse rmse mae msle mape r2",
)
TARGET_STEPS = _family("way to prepare the target", "none standardize minmax")
GENERATORS = _family("generator", "gaussian spiral xor blobs circles moons sine digits sparse")
# What an argument in brackets may be: lowest, highest, whole numbers only; else any number.
ARGUMENT_RANGES: Mapping[str, tuple[float, float, bool]] = {
    "std": (0, math.inf, False),
    "pieces": (1, 64, True),
    "least": (0, 0.25, False),
}
FAMILIES = (
    ACTIVATIONS,
    LOSSES,
    INITIALIZERS,
    OPTIMIZERS,
    SCHEDULES,
    FEATURE_STEPS,
    TARGET_STEPS,
    GENERATORS,
    METRICS,
)

# Initialisers that draw a whole matrix, so that a bias can't start from them.
WEIGHTS_ONLY = ("orthogonal", "random_walk", "lsuv")

# Ways to prepare features that can keep less than all principal components.
WITH_COMPONENTS = ("pca", "whiten")

_RISE: Mapping[str, float] = {"momentum_start": 0.5, "momentum_rise": 0.0}
_MEANS: Mapping[str, float] = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}

# The settings an optimizer takes, with their defaults. Rates: adam, amsgrad, radam and adamw as
# Keras and PyTorch; sgd, momentum, nesterov, rmsprop and lion as Keras; adagrad, adadelta, adamax,
# nadam and adafactor as PyTorch; adamw's decay as PyTorch.
OPTIMIZER_SETTINGS: Mapping[str, Mapping[str, float | bool]] = {
    "sgd": {
        "learning_rate": 0.01, "momentum": 0.0, "nesterov": False, "dampening": 0.0, **_RISE,
    },
    "momentum": {"learning_rate": 0.01, "momentum": 0.9, "rate_inside": False, **_RISE},
    "nesterov": {"learning_rate": 0.01, "momentum": 0.9, "rate_inside": False, **_RISE},
    "adagrad": {"learning_rate": 0.01, "eps": 1e-10, "eps_inside": False},
    "adadelta": {"learning_rate": 1.0, "rho": 0.9, "eps": 1e-6},
    "rmsprop": {
        "learning_rate": 0.001, "rho": 0.9, "eps": 1e-8, "momentum": 0.0, "centered": False,
        "eps_inside": False,
    },
    "adam": {"learning_rate": 0.001, **_MEANS, "bias_correction": True, "eps_hat": False},
    "amsgrad": {"learning_rate": 0.001, **_MEANS, "eps_hat": False},
    "adamax": {"learning_rate": 0.002, **_MEANS},
    "nadam": {"learning_rate": 0.002, **_MEANS, "momentum_decay": 0.004},
    "radam": {"learning_rate": 0.001, **_MEANS},
    "adamw": {
        "learning_rate": 0.001, **_MEANS, "bias_correction": True, "eps_hat": False,
        "weight_decay": 0.01,
    },
    "lion": {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.99},
    "rprop": {"learning_rate": 0.01},
    "adafactor": {
        "learning_rate": 0.01, "eps1": 0.0, "eps2": 1e-3, "clip_threshold": 1.0,
        "beta2_decay": -0.8,
    },
    "lbfgs": {},
    "bfgs": {},
    "conjugate_gradient": {},
    "newton_cg": {},
    "damped_newton": {},
}  # fmt: skip

# The settings a schedule takes, with their defaults; None: has to be given.
SCHEDULE_SETTINGS: Mapping[str, Mapping[str, float | None]] = {
    "constant": {},
    "step": {"factor": 0.5, "every": None},
    "multi_step": {"factor": 0.1, "milestones": None},
    "exponential": {"decay": None},
    "staircase": {"decay": None, "every": None},
    "inverse_time": {"decay": None},
    "sqrt": {"decay": 1.0},
    "polynomial": {"power": 1.0, "end": 0.0},
    "cosine": {"end": 0.0},
    "cosine_restarts": {"every": None, "growth": 1, "end": 0.0},
    "one_cycle": {"peak_at": 0.3, "start_divisor": 25.0, "end_divisor": 10000.0},
    "manual": {"rates": None},
    "plateau": {"factor": 0.1, "patience": 10, "min_delta": 1e-4},
}

# What other tools call our keys and names.
KEY_ALIASES: Mapping[str, str] = {
    "accumulate_grad_batches": "accumulate",
    "accumulation_steps": "accumulate",
    "act": "activation",
    "augment": "noise",
    "augmentation": "noise",
    "batch": "batch_size",
    "batchnorm": "batch_norm",
    "batchsize": "batch_size",
    "batchnormalization": "batch_norm",
    "bias_initializer": "bias_init",
    "last_bias_init": "output_bias_init",
    "class_weight": "class_weights",
    "boundaries": "milestones",
    "crop": "shift",
    "decay_rate": "decay",
    "decay_steps": "every",
    "degrees": "rotate",
    "div_factor": "start_divisor",
    "early_stop": "early_stopping",
    "divide_by": "divisor",
    "epsilon": "eps",
    "eta": "learning_rate",
    "eta_min": "end",
    "features": "preprocess",
    "file": "path",
    "final_div_factor": "end_divisor",
    "flip": "mirror",
    "gamma": "factor",
    "gain": "init_gain",
    "hidden_layers": "hidden",
    "initializer": "init",
    "kernel_initializer": "init",
    "label": "target",
    "label_column": "target",
    "layer": "layers",
    "layernorm": "layer_norm",
    "lr": "learning_rate",
    "max_epochs": "epochs",
    "n_classes": "classes",
    "n_components": "components",
    "n_epochs": "epochs",
    "normalise": "preprocess",
    "normalize": "preprocess",
    "num_classes": "classes",
    "num_epochs": "epochs",
    "optim": "optimizer",
    "optimiser": "optimizer",
    "padding_mode": "padding",
    "pct_start": "peak_at",
    "random_state": "seed",
    "regularisation": "regularization",
    "regularizer": "regularization",
    "rotation": "rotate",
    "scheduler": "schedule",
    "lr_schedule": "schedule",
    "step_size": "every",
    "t_0": "every",
    "t_mult": "growth",
    "test_size": "test",
    "threshold": "min_delta",
    "train": "training",
    "val": "validation",
    "validation_split": "validation",
    "warm_up": "warmup",
    "warmup_epochs": "warmup",
    "warmup_steps": "warmup",
    "wd": "weight_decay",
    "weight_init": "init",
    "weight_normalisation": "weight_norm",
    "weight_normalization": "weight_norm",
    "weightnorm": "weight_norm",
    "x": "path",
    "y": "target",
}
NAME_ALIASES: Mapping[str, str] = {
    "1cycle": "one_cycle",
    "bce": "binary_cross_entropy",
    "cg": "conjugate_gradient",
    "binary_crossentropy": "binary_cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "circle": "circles",
    "cosine_annealing": "cosine",
    "cosine_annealing_warm_restarts": "cosine_restarts",
    "cosine_decay": "cosine",
    "cosineannealinglr": "cosine",
    "crossentropy": "cross_entropy",
    "exponential_decay": "exponential",
    "gradient_descent": "sgd",
    "he": "he_normal",
    "identity": "linear",
    "inverse_sqrt": "sqrt",
    "inverse_time_decay": "inverse_time",
    "kaiming_normal": "he_normal",
    "kaiming_uniform": "he_uniform",
    "l1": "mae",
    "l2": "mse",
    "rescale": "divide",
    "scale": "divide",
    "linear": "polynomial",
    "linear_decay": "polynomial",
    "lecun": "lecun_normal",
    "logistic": "sigmoid",
    "mean_absolute_error": "mae",
    "acc": "accuracy",
    "f1_score": "f1",
    "matthews_corrcoef": "mcc",
    "mean_absolute_percentage_error": "mape",
    "r2_score": "r2",
    "r_squared": "r2",
    "root_mean_squared_error": "rmse",
    "mean_squared_error": "mse",
    "mean_squared_logarithmic_error": "msle",
    "multisteplr": "multi_step",
    "l_bfgs": "lbfgs",
    "nag": "nesterov",
    "newton": "newton_cg",
    "huber_loss": "huber",
    "kl": "kl_divergence",
    "kl_div": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "parametric_relu": "prelu",
    "onecyclelr": "one_cycle",
    "piecewise_constant": "multi_step",
    "polynomial_decay": "polynomial",
    "random_normal": "normal",
    "smooth_l1": "huber",
    "random_uniform": "uniform",
    "reduce_lr_on_plateau": "plateau",
    "reduce_on_plateau": "plateau",
    "reducelronplateau": "plateau",
    "sgdr": "cosine_restarts",
    "softmax_cross_entropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "step_decay": "step",
    "swish": "silu",
    "whitening": "whiten",
    "time_based": "inverse_time",
    "warm_restarts": "cosine_restarts",
    "xavier_normal": "glorot_normal",
    "xavier_uniform": "glorot_uniform",
    "zscore": "standardize",
}


def nearest(
    word: str, permitted: Iterable[str], aliases: Mapping[str, str] = NAME_ALIASES
) -> str | None:
    """The permitted word that was probably meant."""
    permitted = list(permitted)
    alias = aliases.get(plain(word))
    if alias in permitted:
        return alias
    return next(iter(close(word, permitted)), None)


def meant(word: str, permitted: Iterable[str], aliases: Mapping[str, str] = NAME_ALIASES) -> str:
    """A hint: the word that was probably meant, or else all that are permitted."""
    permitted = list(permitted)
    if (close := nearest(word, permitted, aliases)) is not None:
        return f'did you mean "{close}"?'
    return f"permitted: {', '.join(permitted)}"
