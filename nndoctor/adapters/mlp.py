"""Our own multi-layer perceptron as a `Trainable`."""

from dataclasses import dataclass

from ..trainable import Array
from .configuration import Configuration
from .network import Network
from .starting import initial


@dataclass(frozen=True)
class MLP(Configuration):
    """A multi-layer perceptron that can be started, again and again."""

    def fresh(self, seed: int) -> Network:
        """A new start: parameters, batches and dropout drawn from `seed`."""
        return Network(self, seed)

    def initial(self, seed: int) -> Array:
        """theta [P] of such a start."""
        return initial(self, seed)
