"""How training is cut into compiled calls: how many updates each makes, and whether cores help.

Cores at leisure pay for products of middling size only where they are close: between two that share
no cache, or that a virtual machine moves about, bringing matrices across takes longer than what is
saved (0.5 to 1.3 times the time alone was measured on one machine within a minute). So both ways
are timed. No bit depends on it.
"""

from ..engine.panels import LARGE, SURE

SPAN = 0.1  # seconds of compiled work after which Python gets its say
AGAIN = 8  # calls after which the slower way is tried once more
TRIED = 4  # such a try is so much shorter


class Stretches:
    """The calls of one network, by what those before took."""

    def __init__(self) -> None:
        self.size, self.span = 0, 1  # rows an update, and how many updates fit into a SPAN
        self.seconds: dict[bool, float] = {}  # an update takes, with helpers and without
        self.helped, self.until = True, AGAIN

    def next(self, size: int, largest: float) -> int:
        """How many updates the next call makes; `helped` says whether with helpers.

        `size`: rows an update; `largest`: floating-point operations of the largest product.
        """
        if size != self.size:
            self.size, self.span, self.seconds = size, 1, {}
        self.helped = largest >= LARGE
        if not LARGE <= largest < SURE or not self.seconds:
            return self.span
        if len(self.seconds) == 1:
            self.helped = not next(iter(self.seconds))
            return self.span
        self.helped = min(self.seconds, key=self.seconds.__getitem__)
        self.until -= 1
        if self.until > 0:
            return self.span
        self.helped, self.until = not self.helped, AGAIN
        return max(1, self.span // TRIED)

    def took(self, count: int, seconds: float) -> None:
        """The call made so many updates."""
        seconds = max(seconds, 1e-6) / count
        self.span = max(1, min(int(SPAN / seconds), 8 * self.span))
        if count > 1:  # the first makes one, and may have compiled
            self.seconds[self.helped] = seconds
