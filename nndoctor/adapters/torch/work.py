"""What an update costs, by counts of what is computed and the pace of the machine."""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from ...trainable import Batch, Plan
from .model import TorchModel
from .pace import pace

# Of one core of today, measured on nets of 10^3 to 10^6 parameters; times comparable, not exact.
UPDATE, OPERATION = 5e-5, 2.5e-6  # nominal seconds, whatever its size
NUMBERS, FLOPS = 3e9, 2e10  # a nominal second


class _Counting(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()
        self.operations, self.numbers = 0, 0

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        out = function(*args, **(kwargs or {}))
        self.operations += 1
        self.numbers += out.numel() if isinstance(out, torch.Tensor) else 0
        return out


def update_seconds(model: TorchModel, rows: Batch) -> float:
    """Nominal, of one update of this model, which is trained by a few."""
    counted, whole = [], True
    for updates in (1, 2):  # what is done once a training is in both
        counting, flops = _Counting(), FlopCounterMode(display=False)
        with flops, counting:
            whole = model.train(rows, Plan(updates)).first_bad is None
        counted.append((counting.operations, counting.numbers, flops.get_total_flops()))
    first, more = counted
    if not whole:  # the second may have been half a one
        more, first = first, (0, 0, 0)
    operations, numbers, flops_ = (b - a for a, b in zip(first, more, strict=True))
    small = pace() * (UPDATE + OPERATION * operations)
    return float(small + numbers / NUMBERS + flops_ / FLOPS)
