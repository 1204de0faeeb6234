"""Answers to a row that depend on the rows beside it."""

from .cause import Cause

CAUSE = Cause(
    name="rows_mixed",
    group="network",
    prior=0.2,
    title="rows of a batch mixed with each other",
    what="A reshape, a dimension or batch_first lets rows of a batch into each other's answers.",
    shows="Little is learned, or answers change with the batch that a row is in.",
    proof="a check exchanges the rows beside others and compares; nothing is retrained",
    treatment="rows are dimension 0: view, reshape, transpose, dim= and batch_first leave them so",
    source="Karpathy 2019, A Recipe for Training Neural Networks",
    contradiction=True,
    in_reference=True,
)
