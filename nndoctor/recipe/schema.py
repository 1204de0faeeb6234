"""What a recipe may say: one model per table, strict, frozen, unknown keys refused.

Rules between two keys are field validators that look at the keys above them, not model
validators: pydantic skips those as soon as one field is wrong, and all mistakes are told at once.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from . import names
from .data_table import Data
from .fields import (
    AtLeastZero,
    Gain,
    LearningRate,
    Levels,
    Named,
    Path,
    Share,
    Table,
    Tuple,
    Units,
)
from .loss_table import Loss
from .schedule_table import Schedule
from .search_table import Search
from .settings import only_taken, with_defaults
from .training_table import Training
from .units import parse_unit, refusal

Activation = Annotated[str, Named(names.ACTIVATIONS)]
Init = Annotated[str, Named(names.INITIALIZERS)]
BiasInit = Annotated[str, Named(names.BIAS_INITIALIZERS)]
PRIOR = '"prior": log of the class shares, log-odds, or mean of the target, of the training rows'
Depth = Field(max_length=1000)
INIT = "he_normal before relu and its kin, lecun_normal before selu, else glorot_uniform"
GAIN = 'the first weights are multiplied by it; "activation": by the gain of the activation'


def _one_norm(value: bool, info: ValidationInfo) -> bool:
    """Refuses a layer norm on top of a batch norm."""
    if value and info.data.get("batch_norm"):
        raise refusal("can't stand beside batch_norm", "one normalisation a layer")
    return value


def _of_a_vector(bias_init: str) -> str:
    """Refuses what draws a whole matrix."""
    if (name := parse_unit(names.BIAS_INITIALIZERS, bias_init).name) in names.WEIGHTS_ONLY:
        raise refusal(f"{name} is for weights, a bias has one dimension", 'such as "zeros"')
    return bias_init


class LayerTable(Table):
    """One table per layer, the output layer last."""

    units: Units = Field(description="how many units; has to be given")
    activation: Activation = Field(default="linear", description="what follows the linear map")
    init: Init | None = Field(
        default=None,
        description=INIT,
    )
    bias: bool | None = Field(
        default=None, description="true, but false before a batch norm, which would take it away"
    )
    init_gain: Gain = Field(default=1.0, description=GAIN)
    bias_init: BiasInit = Field(
        default="zeros", description=f"what the biases start from; in the last layer also {PRIOR}"
    )
    dropout: Share = Field(
        default=0.0, description="share of the outputs that is dropped in training"
    )
    batch_norm: bool = Field(default=False, description="between the linear map and the activation")
    layer_norm: bool = Field(default=False, description="the same over the units of each row")
    l1: AtLeastZero = Field(default=0.0, description="adds l1 * sum of abs(W) of this layer")
    l2: AtLeastZero = Field(default=0.0, description="adds l2 * sum of W^2 / 2 of this layer")
    rate_scale: AtLeastZero = Field(
        default=1.0, description="multiplies the learning rate of this layer; 0 freezes it"
    )

    @field_validator("bias_init")
    @classmethod
    def _of_a_vector(cls, bias_init: str) -> str:
        return _of_a_vector(bias_init)

    @field_validator("layer_norm")
    @classmethod
    def _one_norm(cls, value: bool, info: ValidationInfo) -> bool:
        return _one_norm(value, info)


class Model(Table):
    """The short form (`hidden` and what follows), or `[[model.layers]]`."""

    input_batch_norm: bool = Field(default=False, description="a batch norm on the inputs")
    layers: Annotated[Tuple[LayerTable], Depth] | None = Field(
        default=None, description="the long form"
    )
    hidden: Annotated[Tuple[Units], Depth] | None = Field(
        default=None,
        description="units of the hidden layers; [] for none; the output layer follows the data",
        validate_default=True,
    )
    activation: Activation = Field(default="relu", description="of the hidden layers")
    init: Init | None = Field(
        default=None,
        description=INIT,
    )
    init_gain: Gain = Field(default=1.0, description=f"of the hidden layers: {GAIN}")
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
    output_bias_init: BiasInit = Field(
        default="zeros", description=f"what the last biases start from; {PRIOR}"
    )

    weights: Path | None = Field(
        default=None,
        description="a network that `nndoctor train --save` wrote, or an .npz of arrays named "
        '"layer 1 weights", "layer 1 bias", ... "output bias": every run starts from these, and '
        "none is drawn",
    )

    @field_validator("layers")
    @classmethod
    def _some(cls, layers: tuple[LayerTable, ...] | None) -> tuple[LayerTable, ...] | None:
        if layers == ():
            raise refusal("there is no layer in it", "one [[model.layers]] per layer, output last")
        if any(layer.bias_init == "prior" for layer in (layers or ())[:-1]):
            raise refusal("bias_init prior is of the last layer", "what is known is the target")
        return layers

    @field_validator("output_bias_init")
    @classmethod
    def _of_a_vector(cls, bias_init: str) -> str:
        return _of_a_vector(bias_init)

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
        "activation",
        "init",
        "init_gain",
        "batch_norm",
        "layer_norm",
        "dropout",
        "output_activation",
        "output_init",
        "output_bias_init",
    )
    @classmethod
    def _short_form_only(cls, value: Any, info: ValidationInfo) -> Any:
        if info.data.get("layers") is not None:
            raise refusal("can't stand beside [[model.layers]]", "write it in each layer")
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
        description="0.01 for sgd, momentum, nesterov, adagrad, adafactor and rprop, whose first "
        "step it is; 0.002 for adamax and nadam; 1 for adadelta; 0.001 for the others; "
        "those of the full batch search along a line",
    )
    momentum: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, description="sgd and rmsprop (0), momentum and nesterov (0.9)"
    )
    momentum_start: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="sgd, momentum, nesterov (0.5): the momentum that a rise starts at",
    )
    momentum_rise: AtLeastZero | None = Field(
        default=None,
        description="sgd, momentum, nesterov (0: none): over so many updates the momentum goes in "
        "a line from momentum_start to momentum, as from 0.5 to 0.99 in the lectures",
    )
    nesterov: bool | None = Field(default=None, description="sgd (false): look ahead")
    dampening: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None,
        description="sgd (0): share of each gradient that the velocity leaves out; as much as "
        "momentum: it averages them",
    )
    rate_inside: bool | None = Field(
        default=None,
        description="momentum and nesterov (false): the velocity takes rate * gradient, as in "
        "Keras and scikit-learn; else the rate multiplies the velocity, as in PyTorch",
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
    eps_hat: bool | None = Field(
        default=None,
        description="adam and adamw (false): eps stands beside the root before its bias "
        "correction, as in Keras and scikit-learn",
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
        return with_defaults(table, "adam", names.OPTIMIZER_SETTINGS)

    @field_validator(
        "momentum",
        "momentum_start",
        "momentum_rise",
        "nesterov",
        "dampening",
        "rate_inside",
        "rho",
        "centered",
        "beta1",
        "beta2",
        "eps",
        "bias_correction",
        "eps_hat",
        "momentum_decay",
        "eps1",
        "eps2",
        "clip_threshold",
        "beta2_decay",
    )
    @classmethod
    def _taken(cls, value: Any, info: ValidationInfo) -> Any:
        only_taken("optimizer", info, names.OPTIMIZER_SETTINGS)
        return value


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
    search: Search = Search()
    checks: dict[Annotated[str, Field(pattern=r"^ND\d+$")], Levels] = Field(
        default={}, description="levels of single checks, [checks.ND101]"
    )
