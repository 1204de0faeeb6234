"""Adam with the rate of another network."""
# truth: learning_rate_too_high

from networks import on_digits


def sick():
    return on_digits(rate=1.0)


def healthy():
    return on_digits()
