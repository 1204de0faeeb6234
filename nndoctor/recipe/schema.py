"""What a recipe may say: one model per table, strict, frozen, unknown keys refused.

Rules between two keys are field validators that look at the keys above them, not model
validators: pydantic skips those as soon as one field is wrong, and all mistakes are told at once.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from . import names
from .data_table import Data
from .fields import (
    AtLeastZero,
    Gain,
    Levels,
    Named,
    Path,
    Share,
    Table,
    Tuple,
    Units,
    WeightNorm,
)
from .loss_table import Loss
from .optimizer_table import Optimizer
from .schedule_table import Schedule
from .search_table import Search
from .training_table import Training
from .units import parse_unit, refusal

Activation = Annotated[str, Named(names.ACTIVATIONS)]
Init = Annotated[str, Named(names.INITIALIZERS)]
BiasInit = Annotated[str, Named(names.BIAS_INITIALIZERS)]
PRIOR = '"prior": log of the class shares, log-odds, or mean of the target, of the training rows'
Depth = Field(max_length=1000)
INIT = "he_normal before relu and its kin, lecun_normal before selu, else glorot_uniform"
WEIGHT_NORM = (
    "W is learnt as a length times a direction for each unit, the length starting at that of what "
    'init draws; "data": lengths and biases start where, on 512 of the training rows, what comes '
    "before the activation has mean 0 and spread init_gain in each unit, whatever bias_init says; "
    "penalties are of W, max_norm bounds the lengths"
)
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
    weight_norm: WeightNorm = Field(default=False, description=WEIGHT_NORM)
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


class Norm(Table):
    """Of all batch norms; `place` and `eps` of layer norms, too."""

    place: Literal["before_activation", "after_activation", "after_dropout"] = Field(
        default="before_activation",
        description="where the norm of a layer stands; beyond its activation, before or after its "
        "dropout, it is told as a layer of its own",
    )
    momentum: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.1, description="share of each batch in the running averages; Keras's is 1 less it"
    )
    eps: AtLeastZero = Field(default=1e-5, description="added to the variance; 1e-3 in Keras")
    unbiased: bool = Field(
        default=True,
        description="whether the running variance is divided by a row less, as in PyTorch and not "
        "in Keras",
    )


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
    weight_norm: WeightNorm = Field(
        default=False, description=f"in each hidden layer: {WEIGHT_NORM}"
    )
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
    norm: Norm = Norm()

    @field_validator("norm")
    @classmethod
    def _of_hidden_layers(cls, norm: Norm, info: ValidationInfo) -> Norm:
        last = (info.data.get("layers") or (None,))[-1]
        if norm.place != "before_activation" and last and (last.batch_norm or last.layer_norm):
            raise refusal("normalises the network's outputs", "no norm in the last layer")
        return norm

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
        "weight_norm",
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
