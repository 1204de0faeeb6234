"""What the checks of single layers share: rate each hidden layer, name the worst."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...findings import Finding, Status, Where
from ...trainable import LayerStats
from ..check import Check


@dataclass(frozen=True)
class Rated:
    """A layer with the number it is judged by."""

    layer: LayerStats
    value: float
    shown: str = ""


@dataclass(frozen=True)
class LayerCheck(Check, ABC):
    """One pathology of hidden layers, looked for before (3xx) or after training (6xx)."""

    @abstractmethod
    def judge(self, layers: Sequence[LayerStats], before: Sequence[LayerStats] = ()) -> Finding:
        """The finding for a network's layers, first layer first.

        After training, `before` are the same layers untrained: what was so from the start is a
        finding of the untrained network.
        """

    def by_layer(
        self,
        rated: Sequence[Rated],
        warns: Callable[[float], bool],
        fails: Callable[[float], bool],
        tell: Callable[[Rated], str],
        threshold: str,
        source: str,
        suggests: tuple[str, ...],
        advice: str,
    ) -> Finding:
        """The first of the worst layers; `warns` and `fails` are true for NaN."""
        ratings = [
            Status.ERROR if fails(r.value) else Status.WARNING if warns(r.value) else Status.OK
            for r in rated
        ]
        status = max(ratings, key=lambda rating: rating.severity)
        at = ratings.index(status)
        if status is Status.OK:
            layers = f"all {len(rated)} hidden layers" if len(rated) > 1 else "the hidden layer"
            told = f"{layers} within bounds"
            return self.finding(status, told, threshold=threshold, source=source)
        ill = sum(rating is not Status.OK for rating in ratings)
        worst = rated[at]
        return self.finding(
            status,
            f"{worst.layer.name}: {tell(worst)}"
            + (f"; {ill} of {len(rated)} hidden layers" if ill > 1 else ""),
            measured=worst.value,
            threshold=threshold,
            source=source,
            where=Where(layer=worst.layer.name),
            suggests=suggests,
            advice=advice,
        )
