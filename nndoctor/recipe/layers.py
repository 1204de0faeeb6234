"""Both ways to write a model, brought into one: a tuple of layers with every field filled."""

from dataclasses import dataclass
from typing import Literal

from ..errors import RecipeError
from .names import ACTIVATIONS, BIAS_INITIALIZERS, INITIALIZERS
from .schema import LayerTable, Recipe
from .units import Unit, parse_unit

# He et al. 2015, arXiv:1502.01852: half of the inputs are cut off, so the variance is doubled.
RELU_LIKE = ("relu", "leaky_relu", "prelu", "elu", "gelu", "gelu_tanh", "silu", "mish")
# Klambauer et al. 2017, arXiv:1706.02515: selu keeps variance 1 under variance 1/n.
DEFAULT_INITS = dict.fromkeys(RELU_LIKE, "he_normal") | {"selu": "lecun_normal"}


@dataclass(frozen=True)
class Layer:
    """One layer; l1 and l2 contain the share of [regularization]; norm may be "" and has a place,
    that of `[model.norm]`, all the same."""

    units: int
    activation: Unit
    init: Unit
    init_gain: float | Literal["activation"]
    bias: bool
    bias_init: Unit
    dropout: float
    norm: str
    place: str
    l1: float
    l2: float
    rate_scale: float
    weight_norm: bool | Literal["data"]


def resolve_layers(recipe: Recipe, outputs: int | None = None) -> tuple[Layer, ...]:
    """All layers, the output layer last; `outputs` is its size in the short form."""
    model = recipe.model
    if model.layers is not None:
        return tuple(_layer(table, recipe) for table in model.layers)
    if outputs is None:
        raise RecipeError(
            "the size of the output layer is not known without the data",
            "write the model as [[model.layers]], output layer last",
        )
    hidden = [
        LayerTable(
            units=units,
            activation=model.activation,
            init=model.init,
            init_gain=model.init_gain,
            dropout=model.dropout,
            batch_norm=model.batch_norm,
            layer_norm=model.layer_norm,
            weight_norm=model.weight_norm,
        )
        for units in model.hidden or ()
    ]
    output = LayerTable(
        units=outputs,
        activation=model.output_activation,
        init=model.output_init,
        bias_init=model.output_bias_init,
    )
    return tuple(_layer(table, recipe) for table in [*hidden, output])


def _layer(table: LayerTable, recipe: Recipe) -> Layer:
    activation = parse_unit(ACTIVATIONS, table.activation)
    mixed = recipe.regularization.elastic_net
    default_init = DEFAULT_INITS.get(activation.name, "glorot_uniform")
    place = recipe.model.norm.place
    cancelled = table.batch_norm and place == "before_activation"
    return Layer(
        units=table.units,
        activation=activation,
        init=parse_unit(INITIALIZERS, table.init or default_init),
        init_gain=table.init_gain,
        bias=not cancelled if table.bias is None else table.bias,
        bias_init=parse_unit(BIAS_INITIALIZERS, table.bias_init),
        dropout=table.dropout,
        norm="batch_norm" if table.batch_norm else "layer_norm" if table.layer_norm else "",
        place=place,
        l1=table.l1 + recipe.regularization.l1 + mixed.strength * mixed.l1_ratio,
        rate_scale=table.rate_scale,
        weight_norm=table.weight_norm,
        l2=table.l2 + recipe.regularization.l2 + mixed.strength * (1 - mixed.l1_ratio),
    )
