"""Where one update of each net goes, in percent: python benchmarks/breakdown.py.

Each part runs alone, over and over, on arrays of the update's shapes whose values stay in place;
what the whole update takes beyond their sum is the rest.
"""

from statistics import median

import numba
import numpy as np
from nets import NETS, RATE, Net, rows, setup
from numpy.typing import NDArray
from results import machine, options, publish, spread, table
from timing import Epochs, Samples, alternate, measurement

from nndoctor.adapters.mlp import MLP
from nndoctor.adapters.moved import images
from nndoctor.engine.blas import one_thread
from nndoctor.engine.jit import call
from nndoctor.engine.layout import BIAS, WIDTH
from nndoctor.engine.network import places_of, rows_of, settings_of, vector_of, weights_of
from nndoctor.engine.panels import new_board, product
from nndoctor.engine.random import seeded
from nndoctor.engine.structure import BACKWARD, FORWARD, Data, Work
from nndoctor.engine.training import judge, next_batch
from nndoctor.trainable import Plan

PARTS = ("products", "activations", "loss", "optimizer", "batch")
LATE = 10_000  # an update so late that Adam's bias correction is over


@numba.njit(nogil=True)
def _products(repeats, theta, grad, x, work, net):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        for layer in range(len(net.table) - 1, -1, -1):
            below = rows_of(work.a, net, layer - 1, len(x), work.capacity) if layer > 0 else x
            g = rows_of(work.delta, net, layer, len(x), work.capacity)
            w = weights_of(theta, net, layer)
            z = places_of(work.z, net, layer, len(x), work.capacity)
            product(below, False, w, False, z, work.board)
            product(below, True, g, False, weights_of(grad, net, layer), work.board)
            if layer > 0:
                g_below = rows_of(work.delta, net, layer - 1, len(x), work.capacity)
                product(g, False, w, True, g_below, work.board)


@numba.njit(nogil=True)
def _activations(repeats, theta, grad, rows, work, net):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        for layer in range(len(net.table)):
            z = places_of(work.z, net, layer, rows, work.capacity)
            a = rows_of(work.a, net, layer, rows, work.capacity)
            g = rows_of(work.delta, net, layer, rows, work.capacity)
            width, settings = net.table[layer, WIDTH], settings_of(theta, net, layer)
            b = vector_of(theta, net, layer, BIAS, width)
            db = vector_of(grad, net, layer, BIAS, width)
            call(net.units[layer, FORWARD], (z, b, a, settings))
            call(net.units[layer, BACKWARD], (z, a, g, settings, theta[:0], db))


@numba.njit(nogil=True)
def _loss(repeats, out, y, slope, values, objective):  # type: ignore[no-untyped-def]
    total = 0.0
    for _ in range(repeats):
        total += judge(out, y, values[:0], values, slope, objective)
    return total


@numba.njit(nogil=True)
def _optimizer(repeats, theta, grad, slots, rate, rule):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        call(rule.step, (grad, theta, slots, rule.settings, LATE, rate, rule.arrays))
        for i in range(theta.size):
            theta[i] -= grad[i]


@numba.njit(nogil=True)
def _batches(repeats, data, xb, yb, clock, state):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        next_batch(data, xb, yb, clock, state)


def room(net: Net, made: MLP, fill: float) -> Work:
    """A batch's arrays, of normal numbers with this standard deviation."""
    rng, form, none = np.random.default_rng(0), made.layout, np.zeros(0, np.float32)

    def numbers(columns: int) -> NDArray[np.float32]:
        return np.float32(fill) * rng.standard_normal(net.batch * columns, np.float32)

    z, a, delta = numbers(form.places), numbers(form.units), numbers(form.units)
    spread, board = np.zeros((0, net.batch), np.float32), new_board(z.dtype)
    return Work(net.batch, z, a, delta, none, none, spread, board)


def parts(net: Net) -> dict[str, Epochs]:
    """The whole update and its parts, each as something to repeat."""
    made, every = setup(net), rows(net)
    form, objective, model = made.net(), made.objective(), made.fresh(0)
    work, still = room(net, made, 1.0), room(net, made, 0.0)  # f(0) = 0: a, g and z stay
    theta, batch = made.initial(0), every.rows(slice(net.batch))
    zero, grad = np.zeros_like(theta), np.zeros_like(theta)
    out = np.random.default_rng(0).standard_normal((net.batch, net.widths[-1]), np.float32)
    slope, values = np.empty_like(out), np.empty(net.batch, np.float32)
    # a fixed point of Adam: the step is the gradient again
    moved, step = theta.copy(), np.full_like(theta, RATE)
    slots, rule = np.stack([step, step**2]), made.rule("adam")
    sides: dict[str, Epochs] = {
        "update": lambda n: model.train(every, Plan(n)),
        "products": lambda n: _products(n, theta, grad, batch.x, work, form),
        "activations": lambda n: _activations(n, zero, grad, net.batch, still, form),
        "loss": lambda n: _loss(n, out, batch.y, slope, values, objective),
        "optimizer": lambda n: _optimizer(n, moved, step, slots, np.float32(RATE), rule),
    }
    if net.batch < net.rows:
        order, clock = np.arange(net.rows), np.zeros(5, np.int64)
        data = Data(every.x, every.y, order, net.batch, True, 0.0, 1, images(None))
        xb, yb = np.empty_like(batch.x), np.empty_like(batch.y)
        sides["batch"] = lambda n: _batches(n, data, xb, yb, clock, seeded(0))
    return sides


def line(net: Net, samples: Samples) -> list[str]:
    """One net in the table."""
    update = median(samples["update"])
    shares = [100 * median(samples[part]) / update if part in samples else 0.0 for part in PARTS]
    rate = net.flops / net.updates / median(samples["products"]) / 1e9
    cells = [f"{share:.1f}" for share in (*shares, 100 - sum(shares))]
    return [net.name, spread(samples["update"], "ms"), *cells, f"{rate:.0f}"]


def report(rounds: int) -> str:
    """Measures all nets."""
    about, lines = machine(), []
    for net in NETS:
        sides = {name: measurement(part, one_thread) for name, part in parts(net).items()}
        lines.append(line(net, alternate(sides, rounds)))
    head = ("net", "update", *(f"{part} %" for part in PARTS), "rest %", "GFLOP/s in products")
    return "\n\n".join(
        (
            "## Where an update goes",
            f"{about}. {rounds} rounds, Adam, one thread, median (lowest-highest).",
            table(head, lines),
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=7).parse_args()
    publish("breakdown", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
