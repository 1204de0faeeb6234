"""Is the cost of an epoch linear in rows and in parameters? python benchmarks/scaling.py.

Times beside a fitted exponent, and a curve of each on logarithmic axes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from nets import Net, nndoctor_side, setup
from results import machine, options, publish, spread, table, verdict
from rich.console import Console
from timing import alternate, measurement

from nndoctor.engine.blas import one_thread
from nndoctor.findings import Series
from nndoctor.report.plots import draw_series

LOW, HIGH = 0.85, 1.15  # of an exponent that counts as linear
WIDE = 90  # columns of a curve
ROWS, BATCH = 2_048, 128


@dataclass(frozen=True)
class Sweep:
    """Nets that differ in one size alone; the exponent is fitted from `large` on."""

    title: str
    what: str
    sizes: tuple[int, ...]
    nets: tuple[Net, ...]
    large: int

    def seconds(self, rounds: int) -> list[list[float]]:
        """Per epoch: a list for each net."""
        sides = {n.name + str(n.rows): measurement(nndoctor_side(n), one_thread) for n in self.nets}
        return list(alternate(sides, rounds).values())

    def slopes(self, seconds: Sequence[Sequence[float]]) -> list[float]:
        """The exponent of each round: of time as a power of the size, by least squares."""
        first = self.sizes.index(self.large)
        x = np.log(self.sizes[first:])
        return [float(slope) for slope in np.polyfit(x, np.log(seconds[first:]), 1)[0]]

    def section(self, rounds: int) -> str:
        """The table, the exponent with its goal, and the curve."""
        seconds = self.seconds(rounds)
        rows = [
            [f"{size:,}", spread(times, "ms"), f"{1e6 * median(times) / size:.3g}"]
            for size, times in zip(self.sizes, seconds, strict=True)
        ]
        slopes = self.slopes(seconds)
        met = verdict(LOW <= median(slopes) <= HIGH)
        return "\n\n".join(
            (
                f"{self.title}:",
                table((self.what, "an epoch", "µs for each"), rows),
                f"Exponent of the time from {self.large:,} {self.what} on: {spread(slopes, '')} "
                f"(goal: {LOW:g} to {HIGH:g}: {met}).",
                f"```\n{self.curve([1e3 * median(times) for times in seconds])}\n```",
            )
        )

    def curve(self, milliseconds: Sequence[float]) -> str:
        """The medians over the sizes, as characters."""
        series = Series(
            "one epoch",
            tuple(map(float, self.sizes)),
            tuple(milliseconds),
            self.what,
            "ms",
            log_x=True,
            log_y=True,
        )
        console = Console(file=(drawn := io.StringIO()), width=WIDE, color_system=None)
        console.print(*draw_series(series, WIDE), sep="\n")
        return "\n".join(line.rstrip() for line in drawn.getvalue().splitlines())


def of_rows() -> Sweep:
    """Twice as many rows each time; the exponent is of all of them."""
    sizes = tuple(1_000 * 2**k for k in range(7))
    nets = tuple(Net((64, 128, 128, 10), size, BATCH) for size in sizes)
    return Sweep(f"Rows of {nets[0].name} in batches of {BATCH}", "rows", sizes, nets, sizes[0])


def of_parameters() -> Sweep:
    """Twice as wide each time; the exponent is of widths from 256 on, where products rule."""
    widths = tuple(2**k for k in range(4, 12))
    nets = tuple(Net((64, width, width, 10), ROWS, BATCH) for width in widths)
    sizes = tuple(setup(net).layout.parameters for net in nets)
    title = f"64-w-w-10 relu with w from {widths[0]} to {widths[-1]} on {ROWS:,} rows"
    return Sweep(title, "parameters", sizes, nets, sizes[widths.index(256)])


def report(rounds: int) -> str:
    """Measures both sweeps."""
    about = f"{machine()}. {rounds} rounds, one thread, Adam, median (lowest-highest)."
    sections = [sweep.section(rounds) for sweep in (of_rows(), of_parameters())]
    return "\n\n".join(("## Cost of an epoch against size", about, *sections))


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=5).parse_args()
    publish("scaling", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
