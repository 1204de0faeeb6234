"""From the same weights and rows, Keras and the recipe take the same updates."""

import numpy as np
import pytest
from scipy import stats

import nndoctor
from nndoctor.trainable import Plan
from tests.importing.keras_here import QUIET
from tests.importing.keras_here import keras as keras

ROWS, UPDATES = 24, 50
pytestmark = QUIET

# activation, loss, optimizer, what y is; k: keras
CASES = {
    "sgd": ("relu", "mse", lambda k: k.optimizers.SGD(0.02), "numbers"),
    "sgd with decay": (
        "tanh", "mean_squared_error", lambda k: k.optimizers.SGD(0.02, weight_decay=0.1),
        "numbers"),
    "clipped by its norm": (
        "softsign", ["mse"], lambda k: k.optimizers.SGD(0.1, global_clipnorm=0.5), "numbers"),
    "clipped by value": (
        "silu", "mse", lambda k: k.optimizers.Adam(0.01, clipvalue=0.05), "numbers"),
    "momentum": ("tanh", "mae", lambda k: k.optimizers.SGD(0.02, momentum=0.9), "numbers"),
    "nesterov": (
        "sigmoid", "sparse_categorical_crossentropy",
        lambda k: k.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "classes"),
    "adam": ("elu", "categorical_crossentropy", lambda k: "adam", "one-hot"),
    "smoothed": (
        "selu", lambda k: k.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        lambda k: k.optimizers.Adam(0.01, beta_1=0.8, epsilon=1e-3), "one-hot"),
    "amsgrad": (
        "gelu", lambda k: k.losses.Huber(0.3),
        lambda k: k.optimizers.Adam(0.01, amsgrad=True, epsilon=1e-3), "numbers"),
    "adam with decay": (
        "mish", "huber", lambda k: k.optimizers.Adam(0.01, weight_decay=0.1), "numbers"),
    "adamw": (
        "hard_sigmoid", lambda k: k.losses.BinaryCrossentropy(from_logits=True),
        lambda k: k.optimizers.AdamW(0.01), "labels"),
    "binary": ("leaky_relu", "binary_crossentropy", lambda k: "adam", "yes or no"),
    "rmsprop": ("softplus", "mse", lambda k: "rmsprop", "numbers"),
    "rmsprop, centered": (
        "softplus", "mse",
        lambda k: k.optimizers.RMSprop(0.001, momentum=0.5, centered=True, epsilon=1e-3),
        "numbers"),
    "adagrad": ("tanh", "msle", lambda k: k.optimizers.Adagrad(0.05), "positive"),
    "nadam": ("tanh", "log_cosh", lambda k: k.optimizers.Nadam(0.01), "numbers"),
    "adadelta": ("hard_tanh", "mse", lambda k: k.optimizers.Adadelta(1.0), "numbers"),
    "lion": ("tanh", "mse", lambda k: k.optimizers.Lion(0.001, weight_decay=0.1), "numbers"),
    "divergence": ("tanh", "kl_divergence", lambda k: k.optimizers.SGD(0.1), "one-hot"),
    "accumulated": (
        "tanh", "mse", lambda k: k.optimizers.SGD(0.05, gradient_accumulation_steps=2), "numbers"),
    "exponential decay": (
        "tanh", "mse",
        lambda k: k.optimizers.SGD(k.optimizers.schedules.ExponentialDecay(0.05, 10, 0.5)),
        "numbers"),
    "cosine decay": (
        "tanh", "mse",
        lambda k: k.optimizers.SGD(k.optimizers.schedules.CosineDecay(0.05, 30, 0.1),
                                   momentum=0.9), "numbers"),
}  # fmt: skip
LAST = {
    "classes": "softmax",
    "one-hot": "softmax",
    "yes or no": "sigmoid",
    "positive": "exponential",
}


def rows(kind):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 4))
    y = x @ rng.normal(size=(4, 3)) + 0.1
    return x, {
        "numbers": y,
        "positive": np.abs(y),
        "classes": y.argmax(axis=1),
        "one-hot": np.eye(3)[y.argmax(axis=1)],
        "labels": (y > 0) * 1.0,
        "yes or no": (y[:, 0] > 0) * 1,
    }[kind]


@pytest.fixture(autouse=True)
def _seeded(keras):
    keras.utils.set_random_seed(0)


def made(keras, *layers, loss="mse", optimizer="adam", **compiled):
    model = keras.Sequential([keras.Input((4,)), *layers])
    model.compile(optimizer, loss, **compiled)
    return model


def trained(model, x, y, batch=ROWS, epochs=UPDATES, updates=None, **fit):
    """Both from the same weights: the recipe's network, and the set-up; the model is trained."""
    setup = nndoctor.to_recipe(
        model, x, y, epochs=epochs, batch_size=batch, shuffle=False, from_weights=True,
        validation=fit.get("validation_split"), fit=fit,
    )  # fmt: skip
    ours = setup.trainable.fresh(0)
    first = ours.theta.copy()
    each = -(-len(setup.train) // batch)
    ours.train(setup.train, Plan(updates or epochs * each, batch_size=batch))
    model.fit(x, y, epochs=epochs, batch_size=batch, shuffle=False, verbose=0, **fit)
    assert np.abs(ours.theta - first).max() > 1e-3
    return ours, setup


def agree(ours, setup, model, rel=1e-5, least=1e-8):
    form = setup.trainable.layout
    assert ours.theta.dtype == np.float64
    places = [at for at, layer in enumerate(form.layers) if layer.dense]
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    for at, layer in zip(places, dense, strict=True):
        weights, *bias = layer.get_weights()
        np.testing.assert_allclose(form.weights(ours.theta)[at], weights, rtol=rel, atol=least)
        if bias:
            np.testing.assert_allclose(form.bias(ours.theta)[at], bias[0], rtol=rel, atol=least)


@pytest.mark.parametrize("case", CASES)
def test_fifty_updates_agree(keras, case):
    activation, loss, optimizer, kind = CASES[case]
    x, y = rows(kind)
    given = loss(keras) if callable(loss) else loss
    last = None if getattr(given, "get_config", dict)().get("from_logits") else LAST.get(kind)
    layer = keras.layers.Dense
    model = made(
        keras, layer(7, activation=activation), layer(1 if y.ndim == 1 and kind != "classes" else 3,
        activation=last), loss=given, optimizer=optimizer(keras),
    )  # fmt: skip
    updates = UPDATES // 2 if case == "accumulated" else None
    # the length of a gradient is 1e-6 longer here, as in PyTorch
    rel = 1e-4 if case == "clipped by its norm" else 1e-5
    agree(*trained(model, x, y, updates=updates), model, rel)


@pytest.mark.parametrize("case", ["last rows", "rows of their own", "weights", "scaled loss"])
def test_what_fit_is_given_is_followed(keras, case):
    """In batches of which the last one is smaller."""
    kind = "classes" if case == "weights" else "numbers"
    (x, y), compiled, fit = rows(kind), {}, {}
    loss = "sparse_categorical_crossentropy" if case == "weights" else "mse"
    if case == "last rows":
        fit = {"validation_split": 0.3}
    if case == "rows of their own":
        fit = {"validation_data": (x[:5] + 1, y[:5])}
    if case == "weights":
        fit = {"class_weight": {0: 0.5, 2: 7.0}}
    if case == "scaled loss":
        compiled = {"loss_weights": [3.0]}
    last = "softmax" if case == "weights" else None
    model = made(
        keras, keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(3, activation=last),
        loss=loss, optimizer=keras.optimizers.SGD(0.05), **compiled,
    )  # fmt: skip
    ours, setup = trained(model, x, y, batch=10, epochs=8, **fit)
    agree(ours, setup, model)
    if setup.validation is not None:
        held = x[16:] if case == "last rows" else x[:5] + 1
        np.testing.assert_allclose(setup.validation.x, held)


@pytest.mark.parametrize("settings", [{}, {"momentum": 0.5, "epsilon": 0.1}])
def test_batch_norm_and_its_running_averages_agree(keras, settings):
    """With an input norm; a last batch of four rows. A bias before a norm stays at rounding."""
    x, y = rows("numbers")
    layer = keras.layers
    model = made(
        keras, layer.BatchNormalization(**settings), layer.Dense(7),
        layer.BatchNormalization(**settings), layer.ReLU(), layer.Dense(3),
        optimizer=keras.optimizers.SGD(0.05),
    )  # fmt: skip
    ours, setup = trained(model, x, y, batch=10, epochs=10)
    agree(ours, setup, model, least=1e-6)
    np.testing.assert_allclose(
        ours.outputs(setup.train), model.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("norm", ["BatchNormalization", "LayerNormalization"])
@pytest.mark.parametrize("dropped", [(), (0.0,)])
def test_norms_after_their_activation_agree(keras, norm, dropped):
    """As most models of Keras have it, with their biases."""
    (x, y), layer = rows("numbers"), keras.layers
    model = made(
        keras, layer.Dense(7, activation="relu", bias_initializer="ones"),
        *(layer.Dropout(share) for share in dropped), getattr(layer, norm)(),
        layer.Dense(5, activation="tanh"), getattr(layer, norm)(), layer.Dense(3),
        optimizer=keras.optimizers.SGD(0.05),
    )  # fmt: skip
    ours, setup = trained(model, x, y, batch=10, epochs=10)
    agree(ours, setup, model)
    np.testing.assert_allclose(
        ours.outputs(setup.train), model.predict(x, verbose=0), rtol=1e-5, atol=1e-6
    )


def test_layer_norm_and_penalties_agree(keras):
    x, y = rows("numbers")
    layer, penalty = keras.layers, keras.regularizers
    model = made(
        keras, layer.Dense(7, kernel_regularizer=penalty.L1L2(0.01, 0.02)),
        layer.LayerNormalization(), layer.Activation("tanh"),
        layer.Dense(3, kernel_regularizer="l2"), optimizer=keras.optimizers.SGD(0.05),
    )  # fmt: skip
    agree(*trained(model, x, y), model)


@pytest.mark.parametrize("case", ["adapted", "not adapted", "rescaled", "shifted", "images"])
def test_layers_that_prepare_the_rows_agree(keras, case):
    (x, y), layer = rows("numbers"), keras.layers
    x = 5 + 40 * x
    front, shape = {
        "adapted": ([layer.Normalization()], (4,)),
        "not adapted": ([layer.Normalization()], (4,)),
        "rescaled": ([layer.Rescaling(1 / 40)], (4,)),
        "shifted": ([layer.Rescaling(1 / 20, offset=-1)], (4,)),
        "images": ([layer.Rescaling(1 / 40), layer.Flatten()], (2, 2)),
    }[case]
    x = x.reshape(-1, *shape)
    if case == "adapted":
        front[0].adapt(x[:9])
    model = keras.Sequential(
        [keras.Input(shape), *front, layer.Dense(3, activation="tanh"), layer.Dense(3)]
    )
    model.compile("adam", "mse")
    agree(*trained(model, x, y), model, least=1e-7)


def test_a_functional_chain_is_a_stack(keras):
    x, y = rows("numbers")
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(7, activation="tanh")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(3)(hidden))
    model.compile("adam", "mse")
    agree(*trained(model, x, y), model)


def test_a_rate_for_each_epoch_is_the_callbacks(keras):
    x, y = rows("numbers")
    model = made(
        keras, keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(3),
        optimizer=keras.optimizers.SGD(0.1),
    )  # fmt: skip
    falls = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * (0.8 if epoch else 1))
    agree(*trained(model, x, y, batch=10, epochs=10, callbacks=[falls]), model)


@pytest.mark.parametrize(
    "name",
    ["glorot_uniform", "he_uniform", "lecun_uniform", "glorot_normal", "he_normal", "lecun_normal",
     "VarianceScaling", "RandomNormal", "RandomUniform", "TruncatedNormal"],
)  # fmt: skip
def test_first_weights_are_drawn_as_there(keras, name):
    """Two samples of the same distribution; another spread by 5 % is told apart."""
    keras.utils.set_random_seed(0)
    kernel = name if name.islower() else getattr(keras.initializers, name)()
    layer = keras.layers.Dense
    model = keras.Sequential([keras.Input((100,)), layer(150, kernel_initializer=kernel), layer(2)])
    model.compile("adam", "mse")
    x = np.random.default_rng(0).normal(size=(20, 100))
    setup = nndoctor.to_recipe(model, x, x[:, :2], epochs=1, batch_size=5)
    theta, form = setup.trainable.initial(0), setup.trainable.layout
    ours, theirs = form.weights(theta)[0].ravel(), model.layers[0].get_weights()[0].ravel()
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-3
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert stats.ks_2samp(1.1 * ours, theirs).pvalue < 1e-3
    assert not form.bias(theta)[0].any()
