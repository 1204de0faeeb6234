"""The parts in which two set-ups of the same rows and task can differ.

In the order in which several are swapped: layers have to be there before what is in them.
"""

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
    "optimizer",
    "schedule",
    "steps",
)
