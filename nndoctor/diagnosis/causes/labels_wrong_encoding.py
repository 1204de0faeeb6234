"""Labels not encoded as classes."""

from ..interventions import EncodeClasses
from .cause import Cause

CAUSE = Cause(
    name="labels_wrong_encoding",
    group="targets",
    prior=0.4,
    title="labels not encoded as classes",
    what="Class numbers are treated as quantities, or were scaled like inputs.",
    shows="Predictions cluster at the middle classes, or all fall into one class.",
    proof="retrains with one output unit per class",
    treatment='whole numbers from 0 on, target_encoding = "class"',
    source="Humbatova et al. 2020, arXiv:1910.11015",
    component="output",
    ladder=(EncodeClasses(),),
    contradiction=True,
)
