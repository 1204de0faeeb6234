"""All rows in each update."""
# truth: batch_size_too_large; also too_few_epochs, learning_rate_too_low

from networks import on_digits


def sick():
    return on_digits(batch_size=900)


def healthy():
    return on_digits(batch_size=32)
