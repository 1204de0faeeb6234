"""Rows occur more than once."""

from .cause import Cause

CAUSE = Cause(
    name="duplicate_rows",
    group="inputs",
    prior=0.2,
    title="rows occur more than once",
    what="The same row was written several times.",
    shows="Held-out scores look better than they are.",
    proof="not by retraining: a check measures it",
    treatment="keep one of each",
    source="peers: cleanlab, deepchecks",
)
