"""[optimizer]: how the weights move."""

from typing import Annotated, Any

from pydantic import Field, ValidationInfo, field_validator, model_validator

from . import names
from .fields import AtLeastZero, LearningRate, Named, Share, Table
from .settings import only_taken, with_defaults


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
        "those of the full batch find the length of their steps themselves",
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
        description="adam, amsgrad and adamw (false): eps stands beside the root before its bias "
        "correction, as in Keras and scikit-learn",
    )
    eps_inside: bool | None = Field(
        default=None,
        description="adagrad and rmsprop (false): eps stands inside the root, as in Keras",
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
        "eps_inside",
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
