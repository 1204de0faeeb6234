"""Optimizer unfit."""

from ..interventions import ReplaceOptimizer
from .cause import Cause

CAUSE = Cause(
    name="wrong_optimizer",
    group="optimisation",
    prior=0.3,
    title="optimizer unfit",
    what="The update rule does not suit this surface.",
    shows="Training is slow where Adam's is not.",
    proof="retrains with Adam at its default rate",
    treatment='name = "adam"',
    source="Kingma & Ba 2015, arXiv:1412.6980",
    component="optimizer",
    ladder=(ReplaceOptimizer("adam"),),
    universal=True,
    last_resort=True,
)
