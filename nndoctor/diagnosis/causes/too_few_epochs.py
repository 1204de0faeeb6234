"""Stopped too early."""

from ..interventions import MoreUpdates
from .cause import Cause

CAUSE = Cause(
    name="too_few_epochs",
    group="optimisation",
    prior=0.55,
    title="too few epochs",
    what="Training ends while the loss is still falling.",
    shows="The curve is still steep at the end.",
    proof="retrains 3, 8 and 40 times as long",
    treatment="more epochs",
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="steps",
    ladder=(
        MoreUpdates(3),
        MoreUpdates(8),
        MoreUpdates(40),
    ),
    universal=True,
)
