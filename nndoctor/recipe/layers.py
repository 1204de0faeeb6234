"""Both ways to write a model, brought into one: a tuple of layers with every field filled."""

from dataclasses import dataclass
from typing import Literal

from ..errors import RecipeError
from .names import ACTIVATIONS, INITIALIZERS
from .schema import LayerTable, Recipe
from .units import Unit, parse_unit

# He et al. 2015, arXiv:1502.01852: half of the inputs are cut off, so the variance is doubled.
RELU_LIKE = ("relu", "leaky_relu", "elu")


@dataclass(frozen=True)
class Layer:
    """One layer; l1 and l2 contain the share of [regularization]."""

    units: int
    activation: Unit
    init: Unit
    init_gain: float | Literal["activation"]
    bias: bool
    bias_init: Unit
    dropout: float
    batch_norm: bool
    l1: float
    l2: float


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
        )
        for units in model.hidden or ()
    ]
    output = LayerTable(units=outputs, activation=model.output_activation, init=model.output_init)
    return tuple(_layer(table, recipe) for table in [*hidden, output])


def _layer(table: LayerTable, recipe: Recipe) -> Layer:
    activation = parse_unit(ACTIVATIONS, table.activation)
    default_init = "he_normal" if activation.name in RELU_LIKE else "glorot_uniform"
    return Layer(
        units=table.units,
        activation=activation,
        init=parse_unit(INITIALIZERS, table.init or default_init),
        init_gain=table.init_gain,
        bias=table.bias,
        bias_init=parse_unit(INITIALIZERS, table.bias_init),
        dropout=table.dropout,
        batch_norm=table.batch_norm,
        l1=table.l1 + recipe.regularization.l1,
        l2=table.l2 + recipe.regularization.l2,
    )
