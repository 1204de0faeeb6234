"""Ways down: optimizers as walks over functions of two parameters, or over a network's own loss."""
