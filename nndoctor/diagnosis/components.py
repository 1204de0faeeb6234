"""The parts in which two set-ups of the same rows and task can differ."""

COMPONENTS = (
    "inputs",
    "target",
    "output",
    "activation",
    "size",
    "weights",
    "normalisation",
    "penalties",
    "dropout",
    "optimizer",
    "schedule",
    "steps",
)
