"""What starting costs: the first run, another unit later, a warm start: benchmarks/starting.py.

Whole processes, each measured from outside.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from commands import DIGITS, NNDOCTOR, PYTHON, program, run
from results import judged, machine, options, publish, spread, table
from timing import alternate, timed

TINY = (*PYTHON, str(Path(__file__).with_name("tiny.py")))
RECIPE = (*NNDOCTOR, "train", DIGITS, "-q")
FIRST_RUN, WARM = 12.0, 0.5  # seconds

# each line one unit further; all share one cache, which is empty before the first
STEPS = {
    "first training: relu, cross-entropy, Adam": (*TINY, "relu", "cross_entropy", "adam"),
    "tanh in place of relu": (*TINY, "tanh", "cross_entropy", "adam"),
    "then mse in place of cross-entropy": (*TINY, "tanh", "mse", "adam"),
    "then RMSprop in place of Adam": (*TINY, "tanh", "mse", "rmsprop"),
    "the same again": (*TINY, "tanh", "mse", "rmsprop"),
}
COMMAND = {
    f"first `nndoctor train {DIGITS}`, in a cache of its own": RECIPE,
    "the same command again": RECIPE,
}


def compiled(folder: str) -> tuple[int, int]:
    """How many compiled functions lie in a cache, and their bytes."""
    sizes = [path.stat().st_size for path in Path(folder).rglob("*.nbc")]
    return len(sizes), sum(sizes)


def through(steps: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[float, int, int]]:
    """Runs all steps on one empty cache: seconds, functions and bytes that each adds."""
    with tempfile.TemporaryDirectory() as folder:
        functions, size = 0, 0
        for step in steps.values():
            seconds = timed(lambda command: run(*command, cache=folder), step)
            now = compiled(folder)
            yield seconds, now[0] - functions, now[1] - size
            functions, size = now


def growth(steps: Mapping[str, tuple[str, ...]], rounds: int) -> list[list[str]]:
    """A row for each step; only the seconds differ from round to round."""
    passes = [list(through(steps)) for _ in range(rounds)]
    return [
        [
            name,
            spread([seconds for seconds, _, _ in seen]),
            str(seen[0][1]),
            f"{seen[0][2] / 1e6:.2f}",
            judged([seconds for seconds, _, _ in seen], FIRST_RUN, "s") if number == 0 else "",
        ]
        for number, (name, seen) in enumerate(zip(steps, zip(*passes, strict=True), strict=True))
    ]


def warm(rounds: int) -> str:
    """A tiny training against importing numba alone, after one of each has filled the caches."""
    sides = {
        "engine": program(*STEPS["first training: relu, cross-entropy, Adam"]),
        "numba": program(*PYTHON, "-c", "import numba"),
    }
    alternate(sides, 1)
    samples = alternate(sides, rounds)
    more = [a - b for a, b in zip(samples["engine"], samples["numba"], strict=True)]
    return (
        f"Warm start: a tiny training {spread(samples['engine'])}, importing numba "
        f"{spread(samples['numba'])}; {spread(more)} more (goal: {judged(more, WARM, 's')})."
    )


def report(rounds: int) -> str:
    """Measures all of it; what compiles has a third of the rounds."""
    about, few = machine(), max(rounds // 3, 1)
    rows = growth(STEPS, few) + growth(COMMAND, few)
    return "\n\n".join(
        (
            "## Starting",
            f"{about}. {rounds} rounds, {few} of those that compile; median (lowest-highest).",
            table(("process", "seconds", "functions compiled", "MB kept", "goal"), rows),
            warm(rounds),
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=9).parse_args()
    publish("starting", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
