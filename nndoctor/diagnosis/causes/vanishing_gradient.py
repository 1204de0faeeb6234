"""Gradients vanish."""

from ..interventions import Normalise
from .cause import Cause

CAUSE = Cause(
    name="vanishing_gradient",
    group="network",
    prior=0.5,
    title="gradients vanish",
    what="Each layer makes the gradient smaller on its way back.",
    shows="The first layer's gradient is far below the last layer's.",
    proof="retrains with batch norm in each hidden layer, then with ReLU in them as well",
    treatment="relu, he_normal, batch_norm = true",
    source="Glorot & Bengio 2010",
    component="normalisation",
    ladder=(
        Normalise(),
        Normalise(also_replace_saturating=True),
    ),
    universal=True,
    observable=True,
    fickle=True,
)
