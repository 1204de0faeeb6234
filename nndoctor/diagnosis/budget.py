"""What a diagnosis may spend: nominal work, so that its result does not hang on the machine."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

RESERVED = 0.35  # of the work: for confirmation
NOMINAL = 0.5  # nominal seconds of work for each second of the budget, on a machine of today
# The clock ends it only where a machine is this many times slower than that: decisions that
# followed the clock would change with whatever else the machine does.
PATIENCE = 20.0


@dataclass
class Budget:
    """Nominal seconds of work. `limit`: the seconds that the user grants.

    `reserved`: the share that is kept for confirmation.

    References, screening and confirmation are all booked here.
    """

    limit: float
    clock: Callable[[], float] = time.monotonic
    spent: float = 0.0
    runs: int = 0
    updates: int = 0
    reserved: float = RESERVED
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def work(self) -> float:
        """Nominal seconds that may be spent in all."""
        return NOMINAL * self.limit

    @property
    def seconds(self) -> float:
        """On the clock."""
        return self.clock() - self.started

    def allows(self, cost: float, confirming: bool = False, share: float = 1.0) -> bool:
        """Whether this much more may be spent; what is reserved only for `confirming`.

        `share`: of what may be spent before confirmation, for work that is not to eat it all.
        """
        if self.seconds > PATIENCE * self.limit:
            return False
        bound = self.work * (1.0 if confirming else (1 - self.reserved) * share)
        return self.spent + cost <= bound

    def book(self, cost: float, runs: int = 0, updates: int = 0) -> None:
        """What was spent."""
        self.spent += cost
        self.runs += runs
        self.updates += updates
