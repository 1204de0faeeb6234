"""The clock of all benchmarks: warm-up, alternating rounds, ratios taken within a round."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from statistics import median

TURN = 0.2  # seconds that one measurement takes at least
PAUSE = 0.05  # seconds after each turn, so that spinning threads of one side have gone to sleep

Samples = Mapping[str, Sequence[float]]
Epochs = Callable[[int], object]  # does something so many times


def timed(work: Callable[..., object], *given: object) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def measurement(
    train: Epochs, held: Callable[[], AbstractContextManager[object]], turn: float = TURN
) -> Callable[[], float]:
    """Warms up; asked: seconds per epoch, over as many as fill a turn, with `held` threads."""
    with held():
        train(1)
        epochs = 1
        while (seconds := timed(train, epochs)) < turn:
            epochs = max(2 * epochs, min(int(1.2 * turn / seconds * epochs), 50 * epochs))

    def measure() -> float:
        with held():
            return timed(train, epochs) / epochs

    return measure


def alternate(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Asks every side for one measurement a round, A B C A B C, so that noise meets all alike."""
    samples: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, measure in sides.items():
            samples[name].append(measure())
            time.sleep(PAUSE)
    return samples


def fastest(samples: Samples) -> str:
    """The side with the lowest median."""
    return min(samples, key=lambda name: median(samples[name]))


def paired(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """The ratio in each round."""
    return [a / b for a, b in zip(above, below, strict=True)]
