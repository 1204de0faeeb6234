"""The parts in which two set-ups of the same rows and task can differ.

In the order in which several are swapped: layers have to be there before what is in them, and
parameters before the optimizer that moves them. A recipe has none of OWN_CODE: only a program of
a user's own says who learns and what a step does.
"""

OWN_CODE = ("parameters", "loop")

COMPONENTS = (
    "inputs",
    "target",
    "output",
    "size",
    "activation",
    "weights",
    "normalisation",
    "penalties",
    "dropout",
    "parameters",
    "loop",
    "optimizer",
    "schedule",
    "steps",
)
