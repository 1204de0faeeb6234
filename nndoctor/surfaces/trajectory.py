"""A network's loss over the plane that its own training ran in, nearly.

Principal directions of the parameters on their way to the end: Li et al. 2018, arXiv:1712.09913,
section 7. Not centred, for the end is the origin.
"""

from dataclasses import dataclass

import numpy as np

from ..adapters.network import Network
from ..trainable import Array, Batch, Plan
from ..watch import Watch

LOOKS = 100  # states kept of a run
MARGIN = 0.25  # of the way's extent, drawn around it
# A random walk of many dimensions, seen from its end, is a Brownian motion: variances fall as
# 1 / (2 k - 1)^2, whose sum is pi^2 / 8.
RANDOM_WALK = float((1 + 1 / 9) * 8 / np.pi**2)


@dataclass(frozen=True)
class Trajectory:
    """theta [T, P] after `updates` [T], the start first, and the loss of every update."""

    theta: Array
    updates: Array
    losses: Array
    network: Network
    diverged: int | None
    cut: bool


@dataclass(frozen=True)
class Plane:
    """Directions [2, P] of length one through `origin` [P], the way in them [T, 2].

    `shares` [2]: of the squared distances from the origin that lies along each.
    """

    origin: Array
    directions: Array
    way: Array
    shares: Array


def followed(network: Network, train: Batch, updates: int, watch: Watch) -> Trajectory:
    """Trains in place and keeps at most LOOKS + 1 states, those that are finite."""
    watch.stage(f"training for {updates} updates", updates)
    states, at = [network.theta.copy()], [0]
    every = -(-updates // LOOKS)

    def go_on(done: int) -> bool:
        states.append(network.theta.copy())
        at.append(done)
        watch.advance(done)
        return not watch.cancelled()

    trace = network.train(train, Plan(updates, every=every), go_on)
    if trace.updates > at[-1]:
        go_on(trace.updates)
    sound = [index for index, state in enumerate(states) if np.isfinite(state).all()]
    bad = trace.first_bad
    cut = watch.cancelled() and trace.updates < updates  # those of the full batch may converge
    return Trajectory(
        np.array([states[index] for index in sound], np.float64),
        np.array([at[index] for index in sound]),
        trace.loss,
        network,
        None if bad is None else bad.step,
        cut,
    )


def main_plane(theta: Array) -> Plane | None:
    """The plane through the last of theta [T, P] nearest to all of them; None where none moved."""
    moved = theta - theta[-1]
    # of T x T numbers instead of P x P: both have the same eigenvalues
    squares, left = np.linalg.eigh(moved @ moved.T)
    squares, left = np.maximum(squares[::-1], 0.0), left[:, ::-1]
    if not squares[0] > 0:
        return None
    directions = np.zeros((2, theta.shape[1]))
    for index in range(min(2, len(squares))):
        direction = moved.T @ left[:, index]
        length = np.linalg.norm(direction)
        if squares[index] > 1e-12 * squares[0]:
            directions[index] = direction / length * (1.0 if moved[0] @ direction >= 0 else -1.0)
    return Plane(theta[-1], directions, moved @ directions.T, squares[:2] / squares.sum())


def axes_around(plane: Plane, points: int) -> tuple[Array, Array]:
    """Places along both directions [points] that hold the whole way and some room."""
    spans = np.ptp(plane.way, axis=0)
    room = MARGIN * np.maximum(spans, 0.2 * spans.max())
    low, high = plane.way.min(axis=0) - room, plane.way.max(axis=0) + room
    return np.linspace(low[0], high[0], points), np.linspace(low[1], high[1], points)


def losses_along(network: Network, plane: Plane, xs: Array, y: float, rows: Batch) -> Array:
    """The data loss at each x for one y, by a network of its own; a batch norm uses these rows."""
    normed = any(layer.norm for layer in network.setup.layers)
    own = Network(network.setup, network.seed, network.theta)
    own.regularised = network.regularised
    losses = np.empty(len(xs))
    for index, x in enumerate(xs):
        place = plane.origin + x * plane.directions[0] + y * plane.directions[1]
        own.theta[:] = place
        losses[index] = own.cost(rows, regularised=False) if normed else own.loss(rows)
    return losses
