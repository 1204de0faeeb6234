"""One progress of several runs side by side."""

from collections.abc import Callable
from threading import Lock

from ..watch import Watch


class Shares:
    """Tells `watch` the steps of all runs; each of `count` runs makes `each` of them."""

    def __init__(self, watch: Watch, count: int, each: int) -> None:
        self.watch, self.each = watch, each
        self._made, self._total, self._lock = [0] * count, 0, Lock()

    def tell(self, number: int, done: int, **numbers: float) -> None:
        """So many steps of this run are made."""
        with self._lock:
            self._total += done - self._made[number]
            self._made[number] = done
            self.watch.advance(self._total, **numbers)

    def of(self, number: int) -> Watch:
        """What one of the runs tells."""
        return _Share(self, number)

    def ended(self, number: int) -> Callable[[object], None]:
        """What to call when one of the runs is over."""
        return lambda _: self.tell(number, self.each)


class _Share(Watch):
    def __init__(self, shares: Shares, number: int) -> None:
        self._shares, self._number = shares, number

    def advance(self, done: int, doing: str = "", /, **numbers: float) -> None:
        self._shares.tell(self._number, done, **numbers)

    def cancelled(self) -> bool:
        return self._shares.watch.cancelled()
