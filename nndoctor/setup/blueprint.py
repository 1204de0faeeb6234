"""What can be said of a set-up without running it."""

import numpy as np

from ..trainable import Blueprint, LayerPlan
from .setup import Setup

TIMES = 10


def blueprint(setup: Setup) -> Blueprint:
    """The plan of a set-up, neutral as to who trains it."""
    mlp, recipe = setup.trainable, setup.recipe
    layers = tuple(
        LayerPlan(
            name=name,
            inputs=inputs,
            units=layer.units,
            activation=layer.activation.name,
            init=layer.init.name,
            bias=layer.bias,
            dropout=layer.dropout,
            norm=layer.norm,
            is_output=layer is mlp.layers[-1],
        )
        for name, inputs, layer in zip(mlp.names, mlp.layout.widths, mlp.layers, strict=False)
    )
    total, rows = setup.total_updates, len(setup.train)
    rates = mlp.rates(0, total, rows, min(mlp.batch_size, rows))
    at = np.linspace(0, total - 1, TIMES).astype(np.int64)
    highest = max(float(np.abs(rates).max()), np.finfo(float).tiny)
    return Blueprint(
        layers=layers,
        parameters=mlp.layout.parameters,
        optimizer=mlp.optimizer.name,
        rate=highest,
        settings=dict(mlp.optimizer_settings),
        schedule=mlp.schedule,
        factors=tuple(float(rate) / highest for rate in rates[at]),
        batch_size=min(mlp.batch_size, rows),
        updates=total,
        epochs=recipe.training.epochs,
        shuffle=mlp.shuffle,
        l1=max(layer.l1 for layer in mlp.layers),
        decay=max(layer.l2 for layer in mlp.layers) + mlp.weight_decay,
        rows=rows,
        validation_rows=len(setup.validation) if setup.validation else 0,
    )
