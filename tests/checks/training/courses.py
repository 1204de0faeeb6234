"""Runs that were never made: courses of any shape, for checks that only judge."""

import numpy as np

from nndoctor.checks.measures.course import Course
from nndoctor.trace import LOOK, FirstBad, Trace

LAYERS = ("layer 1", "layer 2", "output")


def looks(count=20, layers=LAYERS, **columns):
    """Looks [R, L, M]: all ones but for the columns told, as numbers, [L], or [R, L]."""
    seen = np.ones((count, len(layers), len(LOOK)))
    for name, values in columns.items():
        seen[:, :, LOOK.index(name)] = values
    return seen


def course(losses=None, batches=None, updates=500, seen=None, layers=LAYERS, bad=None, **more):
    """A run whose loss on fixed rows falls from 2 to 0.2 and whose updates are sound, unless told.

    `batches` are the losses of the batches, the fixed rows' own where they are not told.
    """
    losses = 0.2 + 1.8 * np.exp(-np.linspace(0, 8, 51)) if losses is None else np.array(losses)
    losses = losses.astype(np.float64)
    moments = np.linspace(0, updates, len(losses)).astype(np.int64)
    if batches is None:
        batches = np.interp(np.arange(updates), moments, losses)
    seen = looks(20, layers, update_norm=1e-3) if seen is None else seen
    steps = np.linspace(0, max(updates - 1, 0), len(seen)).astype(np.int64)
    trace = Trace(np.asarray(batches), np.full(len(batches), 0.1), bad, layers, steps, seen)
    given = {"chance": 2.0, "moved": dict.fromkeys(layers, 0.5)} | more
    return Course(trace, moments, losses, updates, 50, **given)


def broken(at=3):
    """A run that ended in NaN."""
    losses = np.array([2.0, 5.0, np.inf])
    batches = np.array([2.0, 3.0, 50.0, np.nan])
    return course(losses, batches, updates=4, bad=FirstBad(at, "layer 2"))
