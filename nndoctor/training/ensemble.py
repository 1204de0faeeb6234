"""Several networks asked together: runs from different seeds, or one run at different times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..adapters.network import Network
from ..scores import from_probabilities, probabilities
from ..trainable import Array, Batch


@dataclass(frozen=True)
class Ensemble:
    """Answers with the mean of its members: of their probabilities, or of their numbers.

    Runs: Hansen & Salamon 1990. Checkpoints of one run: Huang et al. 2017, arXiv:1704.00109.
    """

    members: tuple[Network, ...]

    @classmethod
    def of_checkpoints(cls, network: Network, kept: Sequence[Mapping[str, Array]]) -> "Ensemble":
        """One member for each set of parameters."""
        members = []
        for arrays in kept:
            member = Network(network.setup, 0, theta=network.theta)
            member.load(arrays)
            member.regularised = network.regularised
            members.append(member)
        return cls(tuple(members))

    def outputs(self, batch: Batch) -> Array:
        """As one network of the kind would put it out, [B, K]."""
        task = self.members[0].setup.task
        each = [probabilities(task, member.outputs(batch)) for member in self.members]
        return from_probabilities(task, np.mean(each, axis=0))
