"""A stretch of training in one compiled call; loss and outputs of given rows."""

import numpy as np

from .elementary import finite
from .images import move_images
from .instruments import GRADIENT, UPDATE, WEIGHT, norms, observe
from .jit import call, kernel
from .layout import LENGTHS, UNITS
from .network import backward, drop, first_bad_layer, forward, forward_layer, places_of, rows_of
from .penalties import add_penalty_gradient
from .random import normal, shuffle
from .scoring import score_of
from .stages import AFTER_STEP, AFTER_UPDATE, BEFORE_STEP, run
from .structure import (
    BACKWARD,
    BAD_LAYER,
    DROPOUT,
    KEPT_FACTOR,
    MADE,
    POSITION,
    RECORDS,
    SLOPE_BOUND,
    STEP,
)
from .weight_norm import by_parts, effective, step_of


@kernel
def copy_rows(source, chosen, target):
    """target[i] <- source[chosen[i]]; element by element this is thrice as fast as by rows."""
    for i in range(chosen.size):
        row = chosen[i]
        for j in range(source.shape[1]):
            target[i, j] = source[row, j]


@kernel
def next_batch(data, xb, yb, clock, state):
    """The rows of the next batch in xb and yb; answers how many; each epoch has its own order."""
    n = len(data.x)
    if clock[POSITION] == 0 and data.shuffled and data.batch < n:
        shuffle(data.order, state)
    rows = min(data.batch, n - clock[POSITION])
    chosen = data.order[clock[POSITION] : clock[POSITION] + rows]
    copy_rows(data.x, chosen, xb)
    copy_rows(data.y, chosen, yb)
    if data.images.shape[0] > 0:
        move_images(xb, rows, data.images, state)
    if data.noise > 0:
        for i in range(rows):
            for j in range(xb.shape[1]):
                xb[i, j] += data.noise * normal(state)
    clock[POSITION] = (clock[POSITION] + rows) % n
    return rows


@kernel
def smoothed(y, objective, target):
    """target [B, K] <- y as dense rows, a share of each spread evenly over the classes.

    (1 - e) y + e / C as PyTorch and Keras have it; the lectures' e / (C - 1) beside 1 - e is this
    with e C / (C - 1) in place of e. Szegedy et al. 2016, arXiv:1512.00567, section 7.
    """
    numbered = y.shape[1] == 1 and target.shape[1] > 1
    share = target.dtype.type(objective.smoothing)
    floor = target.dtype.type(objective.smoothing / objective.spread)
    for i in range(target.shape[0]):
        for j in range(target.shape[1]):
            value = y.dtype.type(j == int(y[i, 0])) if numbered else y[i, j]
            target[i, j] = value - share * value + floor


@kernel
def judge(out, y, dense, values, slope, objective):
    """The mean loss of the rows; slope [B, K] <- its gradient by out, of the mean or the sum.

    With weights of classes the mean is over the sum of the weights, as PyTorch's, or over the rows,
    as Keras's; beside smoothing
    a row has the weight of its own class, where PyTorch weights the log-probability of each class.
    """
    rows = len(out)
    if objective.smoothing > 0:
        target = dense[: out.size].reshape(out.shape)
        smoothed(y, objective, target)
        call(objective.loss, (out, target, slope, values[:rows], objective.settings))
    else:
        call(objective.loss, (out, y, slope, values[:rows], objective.settings))
    total, count = 0.0, float(rows)
    if objective.weights.size:
        weighed = 0.0
        for i in range(rows):
            weight = objective.weights[int(y[i, 0])]
            weighed += weight
            total += weight * values[i]
        count = count if objective.by_rows else weighed
    else:
        for i in range(rows):
            total += values[i]
    count *= objective.per_row
    scale = slope.dtype.type(objective.factor if objective.summed else objective.factor / count)
    for i in range(rows):
        factor = scale * objective.weights[int(y[i, 0])] if objective.weights.size else scale
        for j in range(slope.shape[1]):
            slope[i, j] *= factor
    return total / count


@kernel
def evaluate(theta, running, x, y, outs, work, scratch, net, objective, state):
    """The summed loss of all rows, unweighted; fills outs [N, K]; scratch [capacity (K + 1)]."""
    outputs = net.table[len(net.table) - 1, UNITS]
    total = 0.0
    for start in range(0, len(x), work.capacity):
        rows = min(work.capacity, len(x) - start)
        out = forward(theta, running, x[start : start + rows], work, net, False, state)
        slope = scratch[: rows * outputs].reshape(rows, outputs)
        values = scratch[rows * outputs : rows * (outputs + 1)]
        target = y[start : start + rows]
        call(objective.loss, (out, target, slope, values, objective.settings))
        for i in range(rows):
            total += np.float64(values[i])
        outs[start : start + rows] = out
    return total


@kernel
def learn(theta, grad, running, x, y, work, scratch, net, objective, state, looking, record):
    """Forward, loss and backward for one batch; answers the mean loss; grad [P] without penalty.

    Where the loss is not finite there is no backward pass. `looking`: fills record [L, M].
    """
    rows, depth = len(x), len(net.table)
    outputs = net.table[depth - 1, UNITS]
    value = x
    for layer in range(depth):
        value = forward_layer(theta, running, value, work, net, layer, True)
        if looking:
            z = places_of(work.z, net, layer, rows, work.capacity)
            room = rows_of(work.delta, net, layer, rows, work.capacity)
            backward_unit, settings = net.units[layer, BACKWARD], net.numbers[layer]
            bound = net.numbers[layer, SLOPE_BOUND]
            observe(z, value, room, backward_unit, settings, bound, record[layer])
        if net.numbers[layer, DROPOUT] > 0:
            mask = rows_of(work.mask, net, layer, rows, work.capacity)
            share, factor = net.numbers[layer, DROPOUT], net.numbers[layer, KEPT_FACTOR]
            drop(value, mask, share, factor, state)
    slope = rows_of(work.delta, net, depth - 1, rows, work.capacity)
    values, dense = scratch[:rows], scratch[rows : rows * (outputs + 1)]
    loss = judge(value, y, dense, values, slope, objective)
    if finite(loss):
        backward(theta, grad, x, work, net)
    return loss


@kernel
def take_into_mean(summed, grad, part, parts):
    """summed [P] over the batches so far; after the last one grad [P] is their mean."""
    for i in range(grad.size):
        summed[i] = grad[i] if part == 0 else summed[i] + grad[i]
        if part == parts - 1:
            grad[i] = summed[i] / parts


@kernel
def train(
    theta,
    grad,
    summed,
    running,
    slots,
    average,
    work,
    data,
    net,
    objective,
    rule,
    rates,
    losses,
    scores,
    scorer,
    clock,
    state,
    every,
    records,
):
    """len(rates) updates in place, fewer when a loss is not finite; answers how many were made.

    summed [P]: room for the sum over `data.parts` batches, empty for one; average [P]: of theta,
    empty where there is none; losses [len(rates)] gets the mean loss of each update's batches
    before it, scores as many or none the mean of their scores. clock carries step, position in the
    epoch and the rest from call to call. Every `every`-th update (0: never) a record [L, M] is
    filled (`instruments`).
    """
    n = len(data.x)
    whole = data.batch >= n and not data.noise > 0 and data.images.shape[0] == 0
    room = 0 if whole else data.batch
    xb = np.empty((room, data.x.shape[1]), data.x.dtype)
    yb = np.empty((room, data.y.shape[1]), data.y.dtype)
    scratch = np.empty(work.capacity * (net.table[len(net.table) - 1, UNITS] + 1), theta.dtype)
    room = np.empty(theta.size * (net.table[:, LENGTHS].max() >= 0), theta.dtype)
    x, y, rows = data.x, data.y, n
    for k in range(len(rates)):
        looking = every > 0 and clock[STEP] % every == 0 and clock[RECORDS] < len(records)
        record = records[clock[RECORDS] if looking else 0]
        losses[k] = 0.0
        weights = effective(theta, room, net.table)
        for part in range(data.parts):
            if not whole:
                rows = next_batch(data, xb, yb, clock, state)
                x, y = xb[:rows], yb[:rows]
            seen = looking and part == 0
            loss = learn(
                weights, grad, running, x, y, work, scratch, net, objective, state, seen, record
            )
            losses[k] += loss / data.parts
            if not finite(losses[k]):
                clock[BAD_LAYER] = first_bad_layer(rows, work, net)
                return k
            if scores.size:
                out = rows_of(work.a, net, len(net.table) - 1, rows, work.capacity)
                scores[k] += score_of(out, y, scorer) / data.parts
            if data.parts > 1:
                take_into_mean(summed, grad, part, data.parts)
        add_penalty_gradient(weights, grad, net)
        if looking:
            norms(grad, net, record, GRADIENT)
            norms(weights, net, record, WEIGHT)
        by_parts(theta, grad, net.table)
        clock[STEP] += 1
        clock[MADE] += 1
        around = (grad, theta, average, net.table, rule.amounts, rates[k])
        run(rule.stages[BEFORE_STEP], around)
        call(rule.step, (grad, theta, slots, rule.settings, clock[MADE], rates[k], rule.arrays))
        run(rule.stages[AFTER_STEP], around)
        for i in range(theta.size):
            theta[i] -= grad[i]
        if looking:
            if room.size:
                step_of(weights, theta, grad, net.table)
            norms(grad, net, record, UPDATE)
            clock[RECORDS] += 1
        run(rule.stages[AFTER_UPDATE], around)
    return len(rates)
