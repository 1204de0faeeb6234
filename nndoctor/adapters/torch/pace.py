"""How long PyTorch takes for a small update on this machine, measured once and then kept."""

import time
from contextlib import suppress
from functools import lru_cache
from math import log2
from pathlib import Path

import torch

from ...engine.machine_code.folder import cache_folder

USUAL = 72e-6  # seconds of such an update where a nominal second is one
REPEATS, UPDATES = 10, 20
MOST = 12  # half powers of two faster or slower
FILE = "pytorch-pace"  # beside the machine code, which is of one machine as well


@lru_cache(maxsize=1)
def pace() -> float:
    """How many times the usual it takes: a half power of two, so that it is a property of the
    machine and not of what else it does."""
    folder = cache_folder()
    halves = None if folder is None else _kept(folder / FILE)
    if halves is None:
        seconds = min(_measured() for _ in range(REPEATS))
        halves = round(2 * log2(seconds / USUAL)) if seconds > 0 else -MOST  # by a coarse clock
        halves = min(max(halves, -MOST), MOST)
        if folder is not None:
            with suppress(OSError):  # a full disk: it is measured anew
                (folder / FILE).write_text(f"{halves}\n", encoding="ascii")
    return float(2 ** (halves / 2))


def _kept(file: Path) -> int | None:
    """What was measured before; None where it was not, or where the file is cut or damaged."""
    try:
        text = file.read_text(encoding="ascii")
        return int(text) if text.endswith("\n") and abs(int(text)) <= MOST else None
    except (OSError, ValueError):
        return None


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
