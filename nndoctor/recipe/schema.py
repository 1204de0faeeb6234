"""What a recipe may say: one model per table, strict, frozen, unknown keys refused.

Rules between two keys are field validators that look at the keys above them, not model
validators: pydantic skips those as soon as one field is wrong, and all mistakes are told at once.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from . import names
from .data_table import Data
from .fields import (
    AtLeastZero,
    ClassWeights,
    Count,
    LearningRate,
    Levels,
    Named,
    Seed,
    Share,
    Table,
    Tuple,
)
from .units import refusal

Activation = Annotated[str, Named(names.ACTIVATIONS)]
Init = Annotated[str, Named(names.INITIALIZERS)]


def _only_taken(kind: str, info: ValidationInfo, known: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuses a setting that the named optimizer or schedule does not take."""
    name = info.data.get("name")  # absent where it is wrong itself
    if name is not None and info.field_name not in known[name]:
        takes = ", ".join(known[name]) or "no settings"
        raise refusal(f"the {name} {kind} has no setting {info.field_name}", f"it takes: {takes}")


def _with_defaults(table: Any, name: str, known: Mapping[str, Mapping[str, Any]]) -> Any:
    """The table as written, on top of the defaults of the unit it names."""
    if not isinstance(table, dict):
        return table
    named = table.get("name", name)
    defaults = known.get(named, {}) if isinstance(named, str) else {}
    return {key: value for key, value in defaults.items() if value is not None} | table


def _one_norm(value: bool, info: ValidationInfo) -> bool:
    """Refuses a layer norm on top of a batch norm."""
    if value and info.data.get("batch_norm"):
        raise refusal("can't stand beside batch_norm", "one normalisation a layer")
    return value


class LayerTable(Table):
    """One table per layer, the output layer last."""

    units: Count = Field(description="how many units; has to be given")
    activation: Activation = Field(default="linear", description="what follows the linear map")
    init: Init | None = Field(
        default=None, description="he_normal before relu and its smooth kin, else glorot_uniform"
    )
    bias: bool | None = Field(
        default=None, description="true, but false before a batch norm, which would take it away"
    )
    bias_init: Init = Field(default="zeros", description="what the biases start from")
    dropout: Share = Field(
        default=0.0, description="share of the outputs that is dropped in training"
    )
    batch_norm: bool = Field(default=False, description="between the linear map and the activation")
    layer_norm: bool = Field(default=False, description="the same over the units of each row")
    l1: AtLeastZero = Field(default=0.0, description="adds l1 * sum of abs(W) of this layer")
    l2: AtLeastZero = Field(default=0.0, description="adds l2 * sum of W^2 / 2 of this layer")

    @field_validator("layer_norm")
    @classmethod
    def _one_norm(cls, value: bool, info: ValidationInfo) -> bool:
        return _one_norm(value, info)


class Model(Table):
    """The short form (`hidden` and what follows), or `[[model.layers]]`."""

    input_batch_norm: bool = Field(default=False, description="a batch norm on the inputs")
    layers: Tuple[LayerTable] | None = Field(default=None, description="the long form")
    hidden: Tuple[Count] | None = Field(
        default=None,
        description="units of the hidden layers; [] for none; the output layer follows the data",
        validate_default=True,
    )
    activation: Activation = Field(default="relu", description="of the hidden layers")
    init: Init | None = Field(
        default=None, description="he_normal before relu and its smooth kin, else glorot_uniform"
    )
    batch_norm: bool = Field(default=False, description="in each hidden layer")
    layer_norm: bool = Field(default=False, description="in each hidden layer")
    dropout: Share = Field(default=0.0, description="after each hidden layer")
    dropout_kind: Literal["inverted", "vanilla"] = Field(
        default="inverted",
        description="inverted: what is kept is scaled up in training; vanilla: all is scaled down "
        "at test time",
    )
    output_activation: Activation = Field(
        default="linear",
        description="linear: the loss takes logits and applies softmax or sigmoid itself",
    )
    output_init: Init = Field(
        default="normal(0,0.01)", description="small, so that the first loss is what chance gives"
    )

    @field_validator("layers")
    @classmethod
    def _some(cls, layers: tuple[LayerTable, ...] | None) -> tuple[LayerTable, ...] | None:
        if layers == ():
            raise refusal("there is no layer in it", "one [[model.layers]] per layer, output last")
        return layers

    @field_validator("hidden")
    @classmethod
    def _one_form(
        cls, hidden: tuple[int, ...] | None, info: ValidationInfo
    ) -> tuple[int, ...] | None:
        if "layers" not in info.data:
            return hidden
        if info.data["layers"] is None and hidden is None:
            raise refusal("is missing", "such as hidden = [64, 32], or one [[model.layers]] each")
        if info.data["layers"] is not None and hidden is not None:
            raise refusal("can't stand beside [[model.layers]]", "write one or the other")
        return hidden

    @field_validator("layer_norm")
    @classmethod
    def _one_norm(cls, value: bool, info: ValidationInfo) -> bool:
        return _one_norm(value, info)

    @field_validator(
        "activation", "init", "batch_norm", "layer_norm", "dropout", "output_activation",
        "output_init",
    )  # fmt: skip
    @classmethod
    def _short_form_only(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("layers") is not None:
            raise refusal("can't stand beside [[model.layers]]", "write it in each layer")
        return value


class Loss(Table):
    """What is minimised."""

    name: Annotated[str, Named(names.LOSSES)] | None = Field(
        default=None,
        description="by the task where absent: cross_entropy for a classification, "
        "binary_cross_entropy for a multilabel task, mse for a regression",
    )
    from_logits: bool = Field(
        default=True,
        description="true: the loss applies softmax or sigmoid itself; false: it takes the output "
        "as probabilities",
    )
    reduction: Literal["mean", "sum"] = Field(
        default="mean", description="over the rows of a batch"
    )
    label_smoothing: Share = Field(
        default=0.0,
        description="share e of the target spread over all C classes: (1 - e) y + e / C; "
        "the other classes' e / (C - 1) beside 1 - e of some books is e C / (C - 1) here",
    )
    delta: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="huber (1): where the square becomes a straight line"
    )
    class_weights: ClassWeights | None = Field(
        default=None,
        description='one a class in their order, or "balanced": rows / (classes * rows of the '
        "class); the mean is over the sum of the weights",
    )

    @field_validator("label_smoothing")
    @classmethod
    def _not_hinge(cls, value: float, info: ValidationInfo) -> float:
        if value and info.data.get("name") == "hinge":
            raise refusal(
                "can't stand beside the hinge loss: hinge reads only the side a target is on",
                "smooth a cross-entropy, or leave it out",
            )
        return value

    @field_validator("delta")
    @classmethod
    def _huber_only(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("name") != "huber":
            raise refusal("is a setting of the huber loss", 'name = "huber", or leave it out')
        return value


class ElasticNet(Table):
    """L1 and L2 mixed."""

    strength: AtLeastZero = Field(default=0.0, description="of both together")
    l1_ratio: Annotated[float, Field(ge=0, le=1)] = Field(default=0.5, description="share of L1")


class LqPenalty(Table):
    """The general penalty, between lasso (q = 1) and ridge (q = 2) or beyond."""

    strength: AtLeastZero = Field(default=0.0, description="adds strength * sum of abs(W)^q")
    q: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="below 1 its slope is infinite at 0"
    )


class Regularization(Table):
    """For all weight matrices, never biases or batch norm."""

    l1: AtLeastZero = Field(default=0.0, description="adds l1 * sum of abs(W) to the loss")
    l2: AtLeastZero = Field(default=0.0, description="adds l2 * sum of W^2 / 2 to the loss")
    elastic_net: ElasticNet = ElasticNet()
    lq: LqPenalty = LqPenalty()
    max_norm: AtLeastZero = Field(default=0.0, description="longest incoming weight vector; 0: any")


class Optimizer(Table):
    """How the weights move; each optimizer takes the settings that name it."""

    # A setting that the named optimizer does not take is None.

    name: Annotated[str, Named(names.OPTIMIZERS)] = Field(
        default="adam", description="the update rule"
    )
    learning_rate: LearningRate = Field(
        default=0.001,
        description="0.01 for sgd, momentum, nesterov and adagrad; 0.001 for rmsprop, adam",
    )
    momentum: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="sgd (0), momentum and nesterov (0.9)"
    )
    nesterov: bool | None = Field(default=None, description="sgd (false): look ahead")
    rho: Share | None = Field(default=None, description="rmsprop (0.9)")
    beta1: Share | None = Field(default=None, description="adam (0.9)")
    beta2: Share | None = Field(default=None, description="adam (0.999)")
    eps: AtLeastZero | None = Field(
        default=None, description="adagrad (1e-10), rmsprop and adam (1e-8)"
    )
    weight_decay: AtLeastZero = Field(default=0.0, description="decoupled from the gradient")
    clip_norm: AtLeastZero = Field(default=0.0, description="longest gradient; 0: any")

    @model_validator(mode="before")
    @classmethod
    def _defaults_by_name(cls, table: Any) -> Any:
        return _with_defaults(table, "adam", names.OPTIMIZER_SETTINGS)

    @field_validator("momentum", "nesterov", "rho", "beta1", "beta2", "eps")
    @classmethod
    def _taken(cls, value: Any, info: ValidationInfo) -> Any:
        _only_taken("optimizer", info, names.OPTIMIZER_SETTINGS)
        return value


class Schedule(Table):
    """How the learning rate changes; each schedule takes the settings that name it."""

    # A setting that the named schedule does not take is None.

    name: Annotated[str, Named(names.SCHEDULES)] = Field(
        default="constant", description="the formula"
    )
    decay: AtLeastZero | None = Field(
        default=None, description="inverse_time: rate / (1 + decay * t)", validate_default=True
    )
    factor: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="step (0.5): rate * factor^(t // every)"
    )
    every: Count | None = Field(default=None, description="step", validate_default=True)
    per: Literal["step", "epoch"] | None = Field(
        default=None, description='what t counts, "step" or "epoch"; step'
    )
    warmup: Annotated[int, Field(ge=0)] = Field(
        default=0, description="any schedule: linear from 0 over so many t"
    )

    @model_validator(mode="before")
    @classmethod
    def _defaults_by_name(cls, table: Any) -> Any:
        return _with_defaults(table, "constant", names.SCHEDULE_SETTINGS)

    @field_validator("decay", "factor", "every", "per")
    @classmethod
    def _taken(cls, value: Any, info: ValidationInfo) -> Any:
        name = info.data.get("name")
        if value is not None:
            _only_taken("schedule", info, names.SCHEDULE_SETTINGS)
        elif info.field_name in names.SCHEDULE_SETTINGS.get(str(name), {}):
            raise refusal("is missing", f"the {name} schedule needs it")
        return value


class EarlyStopping(Table):
    """Stop once validation stops improving."""

    patience: Count = Field(default=10, description="so many epochs without progress")
    min_delta: AtLeastZero = Field(default=0.0, description="smaller gains are no progress")


class Noise(Table):
    """Random noise in training."""

    input_std: AtLeastZero = Field(default=0.0, description="spread of the noise on the inputs")


class Training(Table):
    """How long, in what pieces, from which seed."""

    epochs: Count = Field(default=20, description="passes over the training rows")
    batch_size: Count = Field(default=32, description="rows per step")
    accumulate: Count = Field(
        default=1, description="so many batches make one update, by the mean of their gradients"
    )
    seed: Seed = Field(
        default=0, description="of the split, the first weights and the order of the rows"
    )
    shuffle: bool = Field(default=True, description="a new order each epoch")
    dtype: Literal["float32", "float64"] = Field(default="float32", description="of all numbers")
    early_stopping: EarlyStopping | None = None
    ema: Share = Field(
        default=0.0, description="running average of the parameters, used at test time"
    )
    noise: Noise = Noise()


class Recipe(Table):
    """A set-up to be trained: data, model, loss, optimizer, schedule, training."""

    title: str = Field(default="", description="one line for people")
    data: Data
    model: Model
    loss: Loss = Loss()
    regularization: Regularization = Regularization()
    optimizer: Optimizer = Field(default_factory=lambda: Optimizer.model_validate({}))
    schedule: Schedule = Field(default_factory=lambda: Schedule.model_validate({}))
    training: Training = Training()
    checks: dict[Annotated[str, Field(pattern=r"^ND\d+$")], Levels] = Field(
        default={}, description="levels of single checks, [checks.ND101]"
    )
