"""Schedules, one time after the other."""


def constant(t):
    return 1.0


def step(t, factor, every):
    value = 1.0
    while t >= every:
        value, t = value * factor, t - every
    return value


def inverse_time(t, decay):
    return 1 / (1 + decay * t)


FACTORS = {"constant": constant, "step": step, "inverse_time": inverse_time}
