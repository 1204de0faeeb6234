"""The table of faults that are planted: cause, ways from weak to strong, where, what else is right.

Not planted: causes whose rows can't be trained on (nan_in_data, degenerate_labels) or that a recipe
can't hold (gradient_sign_flipped, target_broadcast, wrong_metric), and those that show on no score
(missing_validation, duplicate_rows, data_leak, train_test_mismatch).
"""

import numpy as np
from plants import (
    Fault,
    by_target,
    contradicted,
    drawn,
    few,
    hidden,
    on_rows,
    on_x,
    on_y,
    one_column_by,
    put,
    rarer,
    scaled_by,
    shuffled,
    times,
    values,
)

SLOW = "learning_rate_too_low too_few_epochs wrong_optimizer batch_size_too_large"
WILD = "learning_rate_too_high exploding_gradient dead_relu saturated_activation"
NO_SIGNAL = "labels_shuffled labels_random input_uninformative conflicting_labels"
CLASSES = "spiral blobs digits flowers moons"
NUMBERS = "diabetes sine friedman"
SCORES = "model__output_activation"
DENSE = {"model__init": "normal(0,0.7)"}

INPUTS = (
    Fault(
        "input_not_normalised",
        {
            "spread 100": scaled_by(100),
            "mean 1000": scaled_by(100, 1000),
            "one": one_column_by(1e4),
        },
        "blobs breast diabetes friedman digits",
        f"{WILD} wrong_hidden_activation",
    ),
    Fault(
        "input_double_scaled",
        {"by 50": scaled_by(1 / 50), "by 255": scaled_by(1 / 255), "by 5000": scaled_by(1 / 5000)},
        "digits blobs friedman",
        f"input_not_normalised init_too_small {SLOW}",
    ),
    Fault(
        "input_uninformative",
        {"noise": on_x(lambda x, rng: rng.standard_normal(x.shape))},
        "breast moons digits diabetes",
        f"{NO_SIGNAL} overfitting",
        is_data=True,
    ),
    Fault(
        "constant_features",
        {"all": on_x(lambda x, rng: np.ones_like(x))},
        "blobs breast friedman",
        NO_SIGNAL,
        is_data=True,
    ),
    Fault(
        "too_little_data",
        {"60 rows": few(60), "25 rows": few(25)},
        "digits friedman diabetes",
        "overfitting",
        is_data=True,
    ),
    Fault(
        "unshuffled_data",
        {
            "sorted": on_rows(by_target, training__shuffle=False),
            "once": on_rows(by_target, training__shuffle=False, training__epochs=4),
        },
        "digits blobs friedman",
        f"{SLOW} learning_rate_too_high",
    ),
)
TARGETS = (
    Fault(
        "target_not_scaled",
        {
            "by 100": on_y(lambda y, rng: y * 100, data__preprocess__target="none"),
            "by 1e5": on_y(lambda y, rng: y * 1e5, data__preprocess__target="none"),
            "away": on_y(lambda y, rng: y + 1e4 * y.std(), data__preprocess__target="none"),
        },
        NUMBERS, f"{SLOW} {WILD}",
    ),
    Fault(
        "labels_wrong_encoding",
        {
            "mse": put(data__target_encoding="numeric", loss__name="mse"),
            "sigmoid": put(
                data__target_encoding="numeric", loss__name="binary_cross_entropy",
                loss__from_logits=False, model__output_activation="sigmoid",
            ),
        },
        "blobs digits flowers spiral", "wrong_loss wrong_output_units wrong_output_activation",
    ),
    Fault(
        "labels_shuffled", {"half": shuffled(0.5), "all": shuffled(1)},
        "breast moons digits flowers friedman", f"{NO_SIGNAL} overfitting", is_data=True,
    ),
    Fault(
        "labels_random", {"all": on_y(drawn)},
        "spiral blobs breast", f"{NO_SIGNAL} overfitting", is_data=True,
    ),
    Fault(
        "conflicting_labels", {"twice": contradicted(2), "four times": contradicted(4)},
        "moons blobs noisy", f"{NO_SIGNAL} overfitting", is_data=True,
    ),
    Fault(
        "class_imbalance", {"a tenth": rarer(0.1), "a fiftieth": rarer(0.02)},
        "breast noisy spiral", "too_little_data wrong_metric overfitting", is_data=True,
    ),
)  # fmt: skip
LAST_LAYER = (
    Fault(
        "wrong_output_activation", values(SCORES, "sigmoid", "relu", "softmax"),
        NUMBERS, "target_not_scaled saturated_activation dead_relu wrong_loss",
    ),
    Fault(
        "wrong_output_activation",
        {"one softmax": put(model__output_activation="softmax"), **values(SCORES, "relu", "tanh")},
        "breast", "wrong_output_units wrong_loss dead_relu missing_output_activation",
    ),
    Fault(
        "wrong_output_activation", values(SCORES, "sigmoid", "relu"),
        CLASSES, f"double_softmax saturated_activation dead_relu wrong_loss {SLOW}",
    ),
    Fault(
        "missing_output_activation", {"no softmax": put(loss__from_logits=False)},
        CLASSES, "wrong_output_activation wrong_loss",
    ),
    Fault(
        "double_softmax", {"twice": put(model__output_activation="softmax")},
        CLASSES, f"wrong_output_activation wrong_loss {SLOW}",
    ),
    Fault(
        "wrong_loss",
        {
            "mse": put(loss__name="mse"),
            "mae": put(loss__name="mae"),
            # its gradient vanishes where a class has no chance yet: Zhang and Sabuncu 2018,
            # arXiv:1805.07836
            "mae of softmax": put(loss__name="mae", model__output_activation="softmax"),
        },
        "digits spiral blobs", f"wrong_output_activation {SLOW}",
    ),
    Fault(
        "wrong_loss", values("loss__name", "binary_cross_entropy"),
        NUMBERS, "wrong_output_activation target_not_scaled",
    ),
    Fault(
        "loss_reduction_sum", {"sum": put(loss__reduction="sum")},
        "blobs flowers diabetes spiral", WILD,
    ),
)  # fmt: skip
NETWORK = (
    Fault(
        "missing_hidden_activation", {"linear": put(model__activation="linear")},
        "spiral moons sine friedman",
        "wrong_hidden_activation capacity_too_small underfitting",
    ),
    Fault(
        "wrong_hidden_activation", values("model__activation", "softmax", "exponential"),
        "spiral digits sine friedman", f"vanishing_gradient exploding_gradient {SLOW}",
    ),
    Fault(
        "capacity_too_small", values("model__hidden", [2], [1]),
        "spiral digits moons sine", "underfitting",
    ),
    Fault(
        "too_deep", {f"{n} layers": put(model__hidden=[16] * n) for n in (8, 16, 24)},
        "spiral moons digits diabetes",
        f"vanishing_gradient exploding_gradient init_too_small dead_relu {SLOW}",
    ),
    Fault(
        "vanishing_gradient",
        {
            f"{n} layers": put(model__hidden=[16] * n, model__activation="sigmoid")
            for n in (4, 8)
        },
        "blobs digits diabetes flowers",
        f"too_deep wrong_hidden_activation saturated_activation init_too_small {SLOW}",
    ),
    Fault(
        "exploding_gradient",
        {f"{n} layers": put(model__hidden=[32] * n, **DENSE) for n in (5, 10)},
        "digits moons friedman flowers", f"init_too_large too_deep {WILD}",
    ),
    Fault(
        "dead_relu", {f"bias {b}": hidden(bias_init=f"constant({b})") for b in (-3, -30)},
        "spiral digits moons friedman", "init_constant init_too_small wrong_hidden_activation",
    ),
    Fault(
        "init_constant",
        {"zeros": put(model__init="zeros"), "0.5": put(model__init="constant(0.5)")},
        "spiral blobs digits sine", "dead_relu init_too_small vanishing_gradient",
    ),
    Fault(
        "init_too_large",
        {f"spread {std}": put(model__init=f"normal(0,{std})") for std in (1, 5, 50)},
        "blobs digits diabetes sine", f"overfitting {WILD} {SLOW}",
    ),
    Fault(
        "init_too_small",
        {
            f"spread {std:g}": put(model__hidden=[32] * 3, model__init=f"normal(0,{std})")
            for std in (1e-2, 1e-4)
        },
        "flowers blobs diabetes digits", f"vanishing_gradient too_deep init_constant {SLOW}",
    ),
)  # fmt: skip
OPTIMISATION = (
    Fault(
        "learning_rate_too_high", times("optimizer.learning_rate", 30, 100, 1000),
        "spiral blobs digits diabetes sine flowers moons", f"{WILD} wrong_optimizer",
    ),
    Fault(
        "learning_rate_too_low", times("optimizer.learning_rate", 1 / 30, 1 / 300, 1 / 3000),
        "spiral blobs digits diabetes sine flowers moons", SLOW,
    ),
    Fault(
        "wrong_optimizer",
        {
            "sgd": put(optimizer={"name": "sgd", "learning_rate": 1e-3}),
            "adadelta": put(optimizer={"name": "adadelta", "learning_rate": 1e-3}),
        },
        "spiral digits sine friedman", SLOW,
    ),
    Fault(
        "optimizer_epsilon_bad", values("optimizer__eps", 1.0, 100.0),
        "spiral digits sine friedman", SLOW,
    ),
    Fault(
        "batch_size_too_small",
        {
            "one row": put(training__batch_size=1),
            "at ten times the rate": put(
                training__batch_size=1, optimizer={"name": "sgd", "learning_rate": 0.5}
            ),
        },
        "blobs flowers diabetes", WILD,
    ),
    Fault(
        "batch_size_too_large", values("training__batch_size", 256, 5000),
        "blobs digits diabetes sine", SLOW,
    ),
    Fault(
        "too_few_epochs", values("training__epochs", 5, 1),
        "spiral blobs digits diabetes moons", SLOW,
    ),
    Fault(
        "schedule_decays_too_fast",
        {
            f"decay {decay}": put(schedule={"name": "exponential", "decay": decay, "per": "step"})
            for decay in (0.03, 0.3)
        },
        "spiral blobs diabetes sine", SLOW,
    ),
    Fault(
        "momentum_too_high", values("optimizer__momentum", 0.99, 0.9999),
        "blobs", f"{WILD} {SLOW}",
    ),
    Fault(
        "gradient_clipping_too_tight", values("optimizer__clip_norm", 1e-2, 1e-4),
        "blobs diabetes flowers", SLOW,
    ),
)  # fmt: skip
REGULARISATION = (
    Fault(
        "over_regularised",
        {**values("regularization__l2", 0.1, 3.0), "l1": put(regularization__l1=0.05)},
        "spiral blobs digits diabetes breast", "underfitting",
    ),
    Fault(
        "dropout_too_high", values("model__dropout", 0.8, 0.97),
        "spiral blobs moons friedman", "over_regularised underfitting capacity_too_small",
    ),
    Fault(
        "overfitting",
        {
            f"{epochs} epochs": put(
                model__hidden=[256, 256], training__epochs=epochs, model__activation="relu",
                optimizer={"name": "adam", "learning_rate": 1e-3},
            )
            for epochs in (100, 400)
        },
        "diabetes noisy", "too_little_data missing_validation",
    ),
    Fault(
        "early_stopping_too_early",
        {
            "patience 1": put(training__early_stopping={"patience": 1, "min_delta": 0.05}),
            "any": put(training__early_stopping={"patience": 1, "min_delta": 0.5}),
        },
        "spiral digits sine moons", SLOW,
    ),
)  # fmt: skip
FAULTS = (*INPUTS, *TARGETS, *LAST_LAYER, *NETWORK, *OPTIMISATION, *REGULARISATION)
