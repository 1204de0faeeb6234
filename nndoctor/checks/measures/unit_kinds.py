"""What losses read and how optimizers step, by name."""

DISTANCES = (
    "mse",
    "msle",
    "mae",
    "huber",
    "log_cosh",
)  # between output and target, both as they are
OVER_CLASSES = ("cross_entropy", "kl_divergence")  # between the shares of classes
BINARY = "binary_cross_entropy"
MOMENTUMS = ("sgd", "momentum", "nesterov")  # steps as long as rate times gradient
# Steps of about the rate in each parameter, however large the gradient.
NORMED = ("adam", "amsgrad", "adamax", "nadam", "radam", "adamw", "rmsprop", "lion", "rprop")
DECOUPLED = ("adamw", "lion", "adafactor")  # their weight decay never joins the gradient
# They find the length of their steps themselves.
FULL_BATCH = ("lbfgs", "bfgs", "conjugate_gradient", "newton_cg", "damped_newton")
