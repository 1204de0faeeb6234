"""One epoch of training, side by side with PyTorch and scikit-learn: python benchmarks/engine.py.

Dense nets, softmax cross-entropy, float32 and fresh batches in each epoch on every side, by SGD,
by Adam, and with batch norm and dropout. `README.md` beside this file says what the columns mean.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from nets import ADAM, NETS, REGULAR, SGD, Net, Way, cores, nndoctor_side
from results import judged, machine, options, publish, spread, table
from sides import blas_threads, product_side, sklearn_side, torch_side, torch_threads
from timing import Samples, alternate, fastest, measurement, paired

WAYS = {"adam": ADAM, "sgd": SGD, "regular": REGULAR}


@dataclass(frozen=True)
class Goals:
    """Times as fast as PyTorch and scikit-learn, and percent of the rate of the product alone."""

    torch: float
    sklearn: float
    share: float | None = None


GOALS = {
    "2-100-3 relu": Goals(10, 10),
    "30-64-64-2 relu": Goals(20, 10),
    "3072-50-10 relu": Goals(1.2, 1.2),
    "784-256-128-10 relu": Goals(1.5, 1.5),
    "500-10x500-10 tanh": Goals(1.2, 1.2),
    "784-1024-1024-10 relu": Goals(1.1, 1.1, share=80),
}


def measure(net: Net, way: Way, rounds: int) -> Samples:
    """Seconds per epoch of every side, `product` among them; scikit-learn has no batch norm."""
    sides: dict[str, Callable[[], float]] = {
        "product": measurement(product_side(net), partial(blas_threads, 1))
    }
    for threads in sorted({1, os.cpu_count() or 1}):
        blas, torch = partial(blas_threads, threads), partial(torch_threads, threads)
        sides[f"nndoctor {threads}"] = measurement(nndoctor_side(net, way), partial(cores, threads))
        sides[f"torch {threads}"] = measurement(torch_side(net, way), torch)
        if not way.regular:
            sides[f"sklearn {threads}"] = measurement(sklearn_side(net, way), blas)
    return alternate(sides, rounds)


def better(samples: Samples, library: str) -> str:
    """The faster number of threads of one library."""
    return fastest({name: s for name, s in samples.items() if name.startswith(library)})


def rivals(net: Net, way: Way) -> dict[str, float]:
    """Which libraries there are beside ours, and how many times their speed is asked for."""
    goals = GOALS[net.name]
    return {"torch": goals.torch} | ({} if way.regular else {"sklearn": goals.sklearn})


def speed_row(net: Net, way: Way, samples: Samples) -> list[str]:
    """One net in the first table; nndoctor on all cores, as its commands train a model alone."""
    ours = samples[f"nndoctor {os.cpu_count() or 1}"]
    row = [net.name, f"{net.rows}, {net.batch}", spread(ours, "ms")]
    for library, goal in rivals(net, way).items():
        side = better(samples, library)
        ratio = paired(samples[side], ours)
        row += [f"{spread(samples[side], 'ms')}, {side.split()[1]} thr", spread(ratio, "x")]
        row.append(judged(ratio, goal, at_least=True))
    return row


def thread_row(net: Net, samples: Samples) -> list[str]:
    """One net in the second table."""
    timings = [spread(samples[name], "ms") for name in samples if name != "product"]
    rate = net.flops / median(samples["product"]) / 1e9
    shares = [100 * share for share in paired(samples["product"], samples["nndoctor 1"])]
    asked = GOALS[net.name].share
    goal = judged(shares, asked, "%", at_least=True) if asked else ""
    return [net.name, *timings, f"{rate:.0f}", spread(shares, "%"), goal]


def report(way: Way, nets: list[Net], rounds: int) -> str:
    """Measures the nets trained in one way and writes both tables."""
    about, seen = machine(), []
    for net in nets:
        seen.append(measure(net, way, rounds))
        print(f"{net.name} done", flush=True)
    head = ["net", "rows, batch", "nndoctor"]
    for library in rivals(nets[0], way):
        name = {"torch": "PyTorch", "sklearn": "scikit-learn"}[library]
        head += [name, f"{name} / nndoctor", "goal"]
    sides = [name for name in seen[0] if name != "product"]
    speeds = [speed_row(net, way, samples) for net, samples in zip(nets, seen, strict=True)]
    return "\n\n".join(
        (
            f"## One epoch of training: {way.title}",
            f"{about}. {rounds} rounds, median (lowest-highest).",
            table(head, speeds),
            table(("net", *sides, "GFLOP/s", "share", "goal"), map(thread_row, nets, seen)),
        )
    )


def main() -> None:
    """The command line."""
    parser = options(__doc__, rounds=5)
    parser.add_argument("--net", default="", help="only nets whose name contains this")
    parser.add_argument("--set", choices=WAYS, help="only this way of training", metavar="NAME")
    given = parser.parse_args()
    nets = [net for net in NETS if given.net in net.name]
    if not nets:
        parser.error(f"no net's name contains {given.net!r}: {', '.join(GOALS)}")
    if given.write and len(nets) < len(NETS):
        parser.error("--write replaces a whole section, so it needs all nets: leave out --net")
    for name in [given.set] if given.set else WAYS:
        section = "engine" if name == "adam" else f"engine-{name}"
        publish(section, report(WAYS[name], nets, given.rounds), given.write)


if __name__ == "__main__":
    main()
