"""Optimizer unfit."""

from ..interventions import ReplaceOptimizer
from .cause import Cause

CAUSE = Cause(
    name="wrong_optimizer",
    group="optimisation",
    prior=0.3,
    title="unsuitable optimizer",
    what="The update rule does not suit this loss surface.",
    shows="Training is slow where Adam is not.",
    proof="retrains with Adam at its default rate",
    treatment='name = "adam"',
    source="Kingma & Ba 2015, arXiv:1412.6980",
    component="optimizer",
    ladder=(ReplaceOptimizer("adam"),),
    universal=True,
    last_resort=True,
)
