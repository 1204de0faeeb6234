"""Random states that are the model's own: what a user's program draws next is never touched."""

import random
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

# The generators of PyTorch, NumPy and Python are one for the process: one model at a time has them.
_ONE_AT_A_TIME = threading.RLock()


def seed_torch(seed: int) -> None:
    """As `torch.manual_seed`, which notes a trace of its caller for GPUs, if there are none too."""
    if torch.accelerator.is_available():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


@dataclass
class Draws:
    """Where the global generators of PyTorch, NumPy and Python stand."""

    torch: Any
    numpy: Any
    python: Any
    cuda: Any = None

    @classmethod
    def now(cls) -> "Draws":
        """As they are."""
        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
        # the draws of a user's program are of the old kind
        return cls(torch.get_rng_state(), np.random.get_state(), random.getstate(), cuda)  # noqa: NPY002

    @classmethod
    def of(cls, seed: int) -> "Draws":
        """Where a program stands that begins by seeding all of them."""
        with _ONE_AT_A_TIME:
            users = cls.now()
            try:
                seed_torch(seed)
                np.random.seed(seed % 2**32)  # noqa: NPY002
                random.seed(seed)
                return cls.now()
            finally:
                users.put()

    def put(self) -> None:
        """Makes the generators stand here."""
        torch.set_rng_state(self.torch)
        np.random.set_state(self.numpy)  # noqa: NPY002
        random.setstate(self.python)
        if self.cuda is not None:
            torch.cuda.set_rng_state_all(self.cuda)


@contextmanager
def private(
    draws: Draws, floats: torch.dtype = torch.float32, alone: bool = True
) -> Iterator[None]:
    """Within, all draws come from `draws`, which move on; afterwards the user's are as they were.

    New tensors are of `floats` within; warnings of the user's own code are not ours to repeat, and
    what it prints does not get among our results. `alone`: on one processor, for waking others
    takes longer than a small network does.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        users, kind, graph = Draws.now(), torch.get_default_dtype(), torch.is_grad_enabled()
        threads = torch.get_num_threads()
        draws.put()
        if alone:
            torch.set_num_threads(1)
        torch.set_default_dtype(floats)
        torch.set_grad_enabled(True)
        try:
            yield
            moved = Draws.now()
            draws.torch, draws.numpy, draws.python, draws.cuda = (
                moved.torch,
                moved.numpy,
                moved.python,
                moved.cuda,
            )
        finally:
            torch.set_grad_enabled(graph)
            torch.set_default_dtype(kind)
            torch.set_num_threads(threads)
            users.put()
