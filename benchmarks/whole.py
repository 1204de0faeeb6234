"""What a user gets of the engine: whole `nndoctor train` commands, seen from outside.

Run: python benchmarks/whole.py. Seconds of many epochs less those of few, so that what a command
costs anyway drops out, beside the engine alone. `README.md` beside this file says more.
"""

import os
import tempfile
from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path
from statistics import median

from commands import NNDOCTOR, run
from nets import NETS, Net, cores, nndoctor_side
from results import judged, machine, options, publish, spread, table
from timing import Samples, alternate, measurement, paired, timed

LIMIT = 1.1  # times the engine alone
FEW, MANY = 0.5, 4.0  # seconds that the engine alone would need
VALIDATION = {"train": 0.0, "train, validated": 0.2}  # share of all rows

RECIPE = """
[data]
generator = "gaussian"
n = {n}
d = {inputs}
classes = {classes}
validation = {validation}

[model]
hidden = {hidden}
activation = "{activation}"

[optimizer]
name = "adam"
learning_rate = 1e-3

[training]
batch_size = {batch}
"""


def recipe(net: Net, validation: float) -> str:
    """The net on as many training rows as it has, whatever share of others is held out."""
    inputs, *hidden, classes = net.widths
    return RECIPE.format(
        n=round(net.rows / (1 - validation)),
        inputs=inputs,
        classes=classes,
        hidden=hidden,
        validation=validation,
        activation=net.activation,
        batch=net.batch,
    )


def command(place: Path, few: int, many: int) -> Callable[[], float]:
    """A side of a comparison: seconds an epoch of whole processes."""

    def seconds(epochs: int) -> float:
        return timed(
            run, *NNDOCTOR, "train", str(place), "-q", "--set", f"training.epochs={epochs}"
        )

    return lambda: (seconds(many) - seconds(few)) / (many - few)


def measure(net: Net, rounds: int, folder: Path) -> Samples:
    """Seconds an epoch of the engine alone and of each command."""
    engine = measurement(nndoctor_side(net), partial(cores, os.cpu_count() or 1))
    few, many = (ceil(part / engine()) for part in (FEW, MANY))
    sides = {"engine": engine}
    for name, validation in VALIDATION.items():
        place = folder / f"{name}.toml"
        place.write_text(recipe(net, validation), encoding="utf-8")
        sides[name] = command(place, few, max(many, few + 3))
        sides[name]()  # loads and compiles what there is
    return alternate(sides, rounds)


def row(net: Net, samples: Samples) -> list[str]:
    """One net in the table."""
    cells = [net.name, f"{net.rows}, {net.batch}", spread(samples["engine"], "ms")]
    for name in VALIDATION:
        ratio = paired(samples[name], samples["engine"])
        cells += [spread(samples[name], "ms"), f"{median(ratio):.2f}x", judged(ratio, LIMIT)]
    return cells


def report(nets: list[Net], rounds: int) -> str:
    """Measures the nets and writes the table."""
    about, rows = machine(), []
    with tempfile.TemporaryDirectory() as folder:
        for net in nets:
            rows.append(row(net, measure(net, rounds, Path(folder))))
            print(f"{net.name} done", flush=True)
    head = ["net", "rows, batch", "engine"]
    for name in VALIDATION:
        head += [name, "/ engine", "goal"]
    return "\n\n".join(
        (
            "## An epoch of `nndoctor train`, seen from outside",
            f"{about}. {rounds} rounds, median (lowest-highest).",
            table(head, rows),
        )
    )


def main() -> None:
    """The command line."""
    parser = options(__doc__, rounds=5)
    parser.add_argument("--net", default="", help="only nets whose name contains this")
    given = parser.parse_args()
    nets = [net for net in NETS if given.net in net.name]
    if given.write and len(nets) < len(NETS):
        parser.error("--write replaces a whole section, so it needs all nets: leave out --net")
    publish("whole", report(nets, given.rounds), given.write)


if __name__ == "__main__":
    main()
