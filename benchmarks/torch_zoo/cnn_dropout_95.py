"""Nearly everything is dropped."""
# truth: dropout_too_high

from networks import Cnn, on_images


def sick():
    return on_images(lambda: Cnn(drop=0.97))


def healthy():
    return on_images(lambda: Cnn(drop=0.1))
