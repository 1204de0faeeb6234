"""The answer is among the inputs."""

from .cause import Cause

CAUSE = Cause(
    name="data_leak",
    group="inputs",
    prior=0.4,
    title="the answer is among the inputs",
    what="A column or a shared row tells the target.",
    shows="Scores too good to be true.",
    proof="not by retraining: a check measures it",
    treatment="remove the column, split before copying",
    source="Kaufman et al. 2012, Leakage in Data Mining",
    data_alone=True,
    meaningless=True,
)
