"""A user's PyTorch set-up as a `Trainable`."""

from dataclasses import dataclass

from ...owncode import OwnCode
from ...trainable import Batch
from .configuration import TorchConfiguration
from .inspection import grows, inspected
from .model import TorchModel


@dataclass(frozen=True)
class TorchTrainable(TorchConfiguration):
    """A PyTorch module with loss and optimizer that can be started, again and again."""

    def fresh(self, seed: int) -> TorchModel:
        """A new start: its weights (where a function makes the model), batches and dropout are
        drawn from `seed`."""
        return TorchModel(self, seed)

    def own_code(self, batch: Batch, seed: int) -> OwnCode:
        """What the user's program does with these rows, on copies."""
        return inspected(self, batch, seed)

    def adds_up(self, batch: Batch, seed: int) -> bool:
        """Whether the loss is a sum over the rows, and not their mean."""
        return grows(self, batch.sample(16), seed)
