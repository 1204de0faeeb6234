"""Rows occur more than once."""

from .cause import Cause

CAUSE = Cause(
    name="duplicate_rows",
    group="inputs",
    prior=0.2,
    title="duplicate rows",
    what="The same row occurs several times.",
    shows="Held-out scores look better than they are.",
    proof="a check measures it; nothing is retrained",
    treatment="keep one copy of each",
    source="peers: cleanlab, deepchecks",
)
