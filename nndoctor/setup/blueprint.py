"""What can be said of a set-up without running it."""

import numpy as np

from ..trainable import Array, Blueprint
from .setup import Setup

TIMES = 10
DENSE = (
    1 << 17
)  # updates whose rates are all looked at; of a longer run the first, and as many more


def blueprint(setup: Setup) -> Blueprint:
    """The plan of a set-up, neutral as to who trains it."""
    mlp, recipe = setup.trainable, setup.recipe
    total, rows = setup.total_updates, len(setup.train)
    batch = min(mlp.batch_size, rows)
    rates = mlp.rates_at(
        np.linspace(0, total - 1, TIMES).astype(np.int64).astype(float), rows, batch
    )
    highest = max(float(np.abs(mlp.rates_at(_looked_at(total), rows, batch)).max()), *np.abs(rates))
    highest = max(highest, np.finfo(float).tiny)
    return Blueprint(
        layers=setup.layer_plans(),
        parameters=mlp.layout.parameters,
        optimizer=mlp.optimizer.name,
        rate=highest,
        settings=dict(mlp.optimizer_settings),
        schedule=mlp.schedule,
        factors=tuple(float(rate) / highest for rate in rates),
        batch_size=batch,
        updates=total,
        epochs=recipe.training.epochs,
        shuffle=mlp.shuffle,
        l1=max(layer.l1 for layer in mlp.layers),
        decay=max(layer.l2 for layer in mlp.layers) + mlp.weight_decay,
        rows=rows,
        validation_rows=len(setup.validation) if setup.validation else 0,
        metrics=recipe.training.metrics,
    )


def _looked_at(total: int) -> Array:
    """The updates among which the highest rate is sought: all, or enough to miss little."""
    first = np.arange(min(total, DENSE), dtype=np.float64)
    return first if total <= DENSE else np.append(first, np.floor(np.linspace(0, total - 1, DENSE)))
