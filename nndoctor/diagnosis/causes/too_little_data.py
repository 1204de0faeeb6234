"""Too few rows."""

from .cause import Cause

CAUSE = Cause(
    name="too_little_data",
    group="inputs",
    prior=0.2,
    title="too few rows",
    what="There are fewer rows than the network has parameters to fit.",
    shows="Perfect on training rows, poor elsewhere.",
    proof="a check measures it; nothing is retrained",
    treatment="more rows, or a smaller network",
    source="Humbatova et al. 2020, arXiv:1910.11015",
)
