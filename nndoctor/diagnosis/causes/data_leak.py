"""The answer is among the inputs."""

from .cause import Cause

CAUSE = Cause(
    name="data_leak",
    group="inputs",
    prior=0.4,
    title="the answer is among the inputs",
    what="A column, or rows shared between the parts, give the target away.",
    shows="Scores too good to be true.",
    proof="a check measures it; nothing is retrained",
    treatment="remove the column; split before duplicating rows",
    source="Kaufman et al. 2012, Leakage in Data Mining",
    data_alone=True,
    meaningless=True,
)
