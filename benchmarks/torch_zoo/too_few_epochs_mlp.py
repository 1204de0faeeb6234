"""One pass."""
# truth: too_few_epochs; also learning_rate_too_low

from networks import on_digits


def sick():
    return on_digits(epochs=1)


def healthy():
    return on_digits()
