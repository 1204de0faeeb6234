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


class LayerTable(Table):
    """One table per layer, the output layer last."""

    units: Count = Field(description="how many units; has to be given")
    activation: Activation = Field(default="linear", description="what follows the linear map")
    init: Init | None = Field(
        default=None, description="he_normal before relu, leaky_relu and elu, else glorot_uniform"
    )
    bias: bool = Field(default=True, description="whether there is a bias")
    bias_init: Init = Field(default="zeros", description="what the biases start from")
    dropout: Share = Field(
        default=0.0, description="share of the outputs that is dropped in training"
    )
    batch_norm: bool = Field(default=False, description="between the linear map and the activation")
    l1: AtLeastZero = Field(default=0.0, description="adds l1 * sum of abs(W) of this layer")
    l2: AtLeastZero = Field(default=0.0, description="adds l2 * sum of W^2 / 2 of this layer")


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
        default=None, description="he_normal before relu, leaky_relu and elu, else glorot_uniform"
    )
    batch_norm: bool = Field(default=False, description="in each hidden layer")
    dropout: Share = Field(default=0.0, description="after each hidden layer")
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

    @field_validator(
        "activation", "init", "batch_norm", "dropout", "output_activation", "output_init"
    )
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
    label_smoothing: Share = Field(default=0.0, description="share taken from the true class")


class ElasticNet(Table):
    """L1 and L2 mixed."""

    strength: AtLeastZero = Field(default=0.0, description="of both together")
    l1_ratio: Annotated[float, Field(ge=0, le=1)] = Field(default=0.5, description="share of L1")


class Regularization(Table):
    """For all weight matrices, never biases or batch norm."""

    l1: AtLeastZero = Field(default=0.0, description="adds l1 * sum of abs(W) to the loss")
    l2: AtLeastZero = Field(default=0.0, description="adds l2 * sum of W^2 / 2 to the loss")
    elastic_net: ElasticNet = ElasticNet()
    max_norm: AtLeastZero = Field(default=0.0, description="longest incoming weight vector; 0: any")


class Optimizer(Table):
    """How the weights move; each optimizer takes the settings that name it."""

    # A setting that the named optimizer does not take is None.

    name: Annotated[str, Named(names.OPTIMIZERS)] = Field(
        default="adam", description="the update rule"
    )
    learning_rate: LearningRate = Field(
        default=0.001,
        description="0.01 for sgd, momentum, nesterov, adagrad and adafactor; 0.002 for adamax and "
        "nadam; 1 for adadelta; 0.001 for the others",
    )
    momentum: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="sgd and rmsprop (0), momentum and nesterov (0.9)"
    )
    nesterov: bool | None = Field(default=None, description="sgd (false): look ahead")
    dampening: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="sgd (0): share of each gradient that the velocity leaves out; as much as "
        "momentum: it averages them",
    )
    rate_inside: bool | None = Field(
        default=None,
        description="momentum (false): the velocity takes rate * gradient, as in Keras; else the "
        "rate multiplies the velocity, as in PyTorch",
    )
    rho: Share | None = Field(
        default=None, description="rmsprop and adadelta (0.9): memory of the squared gradients"
    )
    centered: bool | None = Field(
        default=None, description="rmsprop (false): divide by the spread of the gradients"
    )
    beta1: Share | None = Field(
        default=None, description="the adam family and lion (0.9): memory of the gradients"
    )
    beta2: Share | None = Field(
        default=None,
        description="the adam family (0.999): memory of their squares; lion (0.99): its momentum",
    )
    eps: AtLeastZero | None = Field(
        default=None,
        description="adagrad (1e-10), adadelta (1e-6), rmsprop and the adam family (1e-8)",
    )
    bias_correction: bool | None = Field(
        default=None, description="adam and adamw (true): makes up for moments that start at 0"
    )
    momentum_decay: AtLeastZero | None = Field(
        default=None, description="nadam (0.004): how fast its momentum reaches beta1"
    )
    eps1: AtLeastZero | None = Field(
        default=None,
        description="adafactor (0: the precision of the dtype): least root of a second moment",
    )
    eps2: AtLeastZero | None = Field(
        default=None, description="adafactor (0.001): least scale of an array of parameters"
    )
    clip_threshold: Annotated[float, Field(ge=1)] | None = Field(
        default=None, description="adafactor (1): largest root mean square of a step's direction"
    )
    beta2_decay: Annotated[float, Field(ge=-1, le=0)] | None = Field(
        default=None, description="adafactor (-0.8): the newest square has the share t^beta2_decay"
    )
    weight_decay: AtLeastZero = Field(
        default=0.0,
        description="adamw (0.01), lion, adafactor: all parameters shrink by rate * weight_decay; "
        "else weight_decay * parameter joins the gradient; clipping comes before",
    )
    clip_value: AtLeastZero = Field(
        default=0.0, description="largest entry of the gradient; 0: any"
    )
    clip_norm: AtLeastZero = Field(default=0.0, description="longest gradient; 0: any")

    @model_validator(mode="before")
    @classmethod
    def _defaults_by_name(cls, table: Any) -> Any:
        return _with_defaults(table, "adam", names.OPTIMIZER_SETTINGS)

    @field_validator(
        "momentum", "nesterov", "dampening", "rate_inside", "rho", "centered", "beta1", "beta2",
        "eps", "bias_correction", "momentum_decay", "eps1", "eps2", "clip_threshold", "beta2_decay",
    )  # fmt: skip
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
