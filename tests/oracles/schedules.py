"""Schedules, one time after the other."""

import math


def constant(t, total):
    return 1.0


def step(t, total, factor, every):
    value = 1.0
    while t >= every:
        value, t = value * factor, t - every
    return value


def multi_step(t, total, factor, milestones):
    return math.prod(factor for milestone in milestones if milestone <= t)


def exponential(t, total, decay):
    return math.exp(-decay) ** t


def staircase(t, total, decay, every):
    return step(t, total, math.exp(-decay), every)


def inverse_time(t, total, decay):
    return 1 / (1 + decay * t)


def sqrt(t, total, decay):
    return (1 + decay * t) ** -0.5


def polynomial(t, total, power, end):
    left = (total - t) / total if t < total else 0.0
    return end + (1 - end) * left**power


def _wave(share):
    """From 1 at share 0 to 0 at share 1."""
    return math.cos(share * math.pi / 2) ** 2


def cosine(t, total, end):
    return end + (1 - end) * _wave(t / total) if t < total else end


def cosine_restarts(t, total, every, growth, end):
    while t >= every:
        t, every = t - every, every * growth
    return end + (1 - end) * _wave(t / every)


def one_cycle(t, total, peak_at, start_divisor, end_divisor):
    first, peak = 1 / start_divisor, peak_at * total - 1
    last, t = first / end_divisor, min(t, total - 1)
    if t <= peak:
        return 1 + (first - 1) * _wave(t / peak if peak else 0.0)
    return last + (1 - last) * _wave((t - peak) / (total - 1 - peak))


def manual(t, total, rates):
    return ([*rates] + [rates[-1]] * (int(t) + 1))[int(t)]


def plateau(t, total, factor, patience, min_delta):
    return 1.0


FACTORS = {
    "constant": constant,
    "step": step,
    "multi_step": multi_step,
    "exponential": exponential,
    "staircase": staircase,
    "inverse_time": inverse_time,
    "sqrt": sqrt,
    "polynomial": polynomial,
    "cosine": cosine,
    "cosine_restarts": cosine_restarts,
    "one_cycle": one_cycle,
    "manual": manual,
    "plateau": plateau,
}


def warmed_up(name, t, total, warmup, **settings):
    """Up a straight line to the schedule's first factor, then along it with what is left."""
    left = total - warmup if warmup < total else 1
    if t < warmup:
        return FACTORS[name](0, left, **settings) * (t + 1) / warmup
    return FACTORS[name](t - warmup, left, **settings)


def observed(losses, factor, patience, min_delta, eps=0.0):
    """The factor after each loss: once more than `patience` in a row are no progress, it falls."""
    factors, value, best, stalled = [], 1.0, None, []
    for loss in losses:
        progress = math.isfinite(loss) and (best is None or loss < best - min_delta * best)
        best, stalled = (loss, []) if progress else (best, [*stalled, loss])
        if len(stalled) == patience + 1:
            stalled = []
            value = value if value - value * factor <= eps else value * factor
        factors.append(value)
    return factors
