"""Gradient clipped too tightly."""

from ..interventions import DropClipping
from .cause import Cause

CAUSE = Cause(
    name="gradient_clipping_too_tight",
    group="optimisation",
    prior=0.3,
    title="gradient clipped too tightly",
    what="Every gradient is scaled down to a small norm.",
    shows="Training is slow, however large the loss.",
    proof="retrains without clipping",
    treatment="a larger clip_norm",
    source="Pascanu et al. 2013, arXiv:1211.5063",
    component="optimizer",
    ladder=(DropClipping(),),
    slows=True,
)
