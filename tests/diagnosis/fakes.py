"""A subject whose truth is known: faults in components, and what each intervention mends."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nndoctor.comparison import Rows, Split
from nndoctor.diagnosis import interventions as kinds
from nndoctor.diagnosis.interventions import Intervention, Reseed
from nndoctor.diagnosis.subject import Part, Refused, Run, Tabular

MENDS = {
    "inputs": kinds.RescaleInputs(),
    "activation": kinds.ReplaceActivation("unfit", "relu"),
    "weights": kinds.Reinitialise("small"),
    "penalties": kinds.DropPenalty(),
    "optimizer": kinds.ScaleRate(10.0),
    "schedule": kinds.DropSchedule(),
}


@dataclass(frozen=True)
class Fake:
    """It scores `high` without faults and `low` with any of them; noise by seed and faults.

    `wordless`: components whose change its user can't write.
    `optimism`: what it gains where equal rows stand on both sides; None where no row repeats.
    `faults`: components that are wrong. `hiding`: each of them alone takes all, so that mending one
    brings nothing while another is left; else each takes an equal share. `dying`: the share of
    starts that they kill, where they do no other harm.
    """

    faults: frozenset[str] = frozenset()
    hiding: bool = True
    high: float = 0.95
    low: float = 0.1
    noise: float = 0.01
    price: float = 1e-3
    shift: int = 0
    healed: tuple[str, ...] = ()
    optimism: float | None = None
    dying: float = 0.0
    log: list = field(default_factory=list, compare=False)

    key = property(lambda self: f"{sorted(self.faults)} {self.shift}")
    text = property(lambda self: str(sorted(self.faults)))
    kind = "classification"
    updates = 2000
    cost = property(lambda self: self.price)
    change = property(lambda self: {f"{name}.mended": True for name in self.healed})
    wordless: frozenset[str] = frozenset()
    sayable = property(lambda self: not self.wordless & {*self.healed})

    def run(self, seed: int, part: Part, looks: Sequence[int] = (), inside: bool = False) -> Run:
        self.log.append((self.key, part, seed))
        facts = [seed + self.shift, *(ord(c) for name in sorted(self.faults) for c in name)]
        rng = np.random.default_rng(facts)
        noise = self.noise * rng.normal()
        share = len(self.faults) / 3 if not self.hiding else float(bool(self.faults))
        score = float(np.clip(self.high - share * (self.high - self.low) + noise, 0, 1))
        if self.dying:
            dead = bool(self.faults) and rng.random() < self.dying
            score = 0.0 if dead else self.high + noise
        left = np.full(20, score)
        return Run((score,), (score,), left, 1 - score, False, self.updates, draw=str(seed))

    def apply(self, intervention: Intervention) -> "Fake | Refused":
        if isinstance(intervention, Reseed):
            return replace(self, shift=self.shift + 1)
        for name in self.faults:
            if MENDS[name] == intervention:
                return self._without(name)
        if isinstance(intervention, kinds.ScaleRate):
            return replace(self, shift=self.shift + int(1000 * intervention.factor))
        return Refused("it is not like that")

    def swap(self, component: str, donor: "Fake") -> "Fake | Refused":
        if component in self.faults and component not in donor.faults:
            return self._without(component)
        if component in donor.faults and component not in self.faults:
            return replace(self, faults=self.faults | {component})
        return Refused("they are the same")

    def _without(self, name: str) -> "Fake":
        return replace(self, faults=self.faults - {name}, healed=(*self.healed, name))

    def thinner(self, share: float) -> "Fake | Refused":
        return replace(self, price=self.price * share, shift=self.shift + 5)

    def mixed(self) -> "Fake | Refused":
        if self.optimism is None:
            return Refused("no row repeats")
        return replace(self, high=self.high + self.optimism, shift=self.shift + 9, optimism=None)

    def sound(self, rate: float, updates: int) -> "Fake":
        return replace(self, faults=frozenset(), shift=int(1e6 * rate))

    judged_on = "held-out rows"

    def between(self, part: Part) -> Rows:
        return Rows(Split.NEW, 0.25)

    def rows(self, seed: int, part: Part) -> Tabular:
        random = np.random.default_rng(seed)
        x, judged = random.normal(size=(80, 2)), random.normal(size=(20, 2))
        return Tabular(x, (x[:, 0] > 0) + 0, judged, (judged[:, 0] > 0) + 0)

    def agreement(self, truth: np.ndarray, guess: np.ndarray) -> float:
        return float(max(2 * np.mean(truth == guess) - 1, 0.0))
