"""How long PyTorch takes for a small update on this machine, measured once and then kept."""

import time
from functools import lru_cache
from math import log2
from pathlib import Path

import torch

from ...engine.machine_code.folder import cache_folder

USUAL = 72e-6  # seconds of such an update where a nominal second is one
REPEATS, UPDATES = 10, 20
FILE = "pytorch-pace"  # beside the machine code, which is of one machine as well


@lru_cache(maxsize=1)
def pace() -> float:
    """How many times the usual it takes: a power of the root of 2, so that it is a property of the
    machine and not of what else it does."""
    folder = cache_folder()
    file = None if folder is None else folder / FILE
    if (known := _kept(file)) is not None:
        return known
    fastest = min(_measured() for _ in range(REPEATS))
    found = float(2 ** (round(2 * log2(fastest / USUAL)) / 2))
    if file is not None:
        file.write_text(repr(found), encoding="ascii")
    return found


def _kept(file: Path | None) -> float | None:
    """What was measured before; None where it was not, or is damaged."""
    try:
        known = float(file.read_text(encoding="ascii")) if file is not None else 0.0
    except (OSError, ValueError):
        return None
    return known if 2**-6 <= known <= 2**6 else None


def _measured() -> float:
    """Seconds of the processor, which other processes hardly change."""
    weights = torch.ones(8, 8, requires_grad=True)
    rows = torch.ones(4, 8)
    begun = time.process_time()
    for _ in range(UPDATES):
        loss = ((rows @ weights).tanh() - rows).square().mean()
        (slope,) = torch.autograd.grad(loss, [weights])
        with torch.no_grad():
            weights.sub_(slope, alpha=1e-3)
    return (time.process_time() - begun) / UPDATES
