"""Models, arguments of fit and scripts of Keras itself: what is taken, and what is refused."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import nndoctor
from nndoctor.api import load_any
from nndoctor.errors import UsageError
from nndoctor.importing import in_words
from nndoctor.recipe.editing import edit
from tests.importing.keras_here import QUIET
from tests.importing.keras_here import keras as keras

pytestmark = QUIET
RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 4))
Y = X @ [1.0, 2.0, 3.0, 4.0]
CLASSES = np.digitize(Y, [-2, 2])
HOW = {"epochs": 3, "batch_size": 16}


def compiled(keras, *layers, loss="mse", optimizer="adam", shape=(4,)):
    model = keras.Sequential([keras.Input(shape), *layers])
    model.compile(optimizer, loss)
    return model


def plain(keras, **given):
    return compiled(keras, keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1), **given)


def branching(keras, kind):
    inputs, dense = keras.Input((4,)), keras.layers.Dense
    hidden = dense(4)(inputs)
    outputs = {
        "two ways": lambda: dense(1)(keras.layers.Concatenate()([hidden, dense(4)(inputs)])),
        "two heads": lambda: [dense(1)(hidden), dense(1)(hidden)],
        "a way past": lambda: dense(1)(keras.layers.Add()([hidden, inputs])),
        "a head before the end": lambda: [hidden, dense(1)(hidden)],
    }
    if kind == "a layer twice":
        twice = dense(4)
        return keras.Model(inputs, dense(1)(twice(twice(inputs))))
    return keras.Model(inputs, outputs[kind]())


@pytest.mark.parametrize(
    "kind", ["two ways", "two heads", "a way past", "a head before the end", "a layer twice"]
)
def test_what_is_no_chain_is_refused(keras, kind):
    model = branching(keras, kind)
    model.compile("adam", "mse")
    with pytest.raises(UsageError, match="no plain chain"):
        nndoctor.to_recipe(model, X, Y, **HOW)


def test_what_is_of_the_user_s_own_classes_is_refused(keras):
    class Mine(keras.Model):
        def __init__(self):
            super().__init__()
            self.one, self.two = keras.layers.Dense(3), keras.layers.Dense(1)

        def call(self, x):
            return self.two(self.one(self.one(x)))

    class Dense(keras.layers.Dense):
        def call(self, x):
            return super().call(x) ** 2

    class SGD(keras.optimizers.SGD):
        pass

    def mse(y_true, y_pred):
        return -keras.losses.mean_squared_error(y_true, y_pred)

    mine = Mine()
    mine.compile("adam", "mse")
    own = "of your own|which is your own|of its own"
    for model in (
        mine,
        compiled(keras, Dense(1)),
        plain(keras, loss=mse),
        plain(keras, optimizer=SGD()),
    ):
        with pytest.raises(UsageError, match=own):
            nndoctor.to_recipe(model, X, Y, **HOW)


@pytest.mark.parametrize(
    ("loss", "y", "said"),
    [
        ("categorical_crossentropy", CLASSES, "takes 3 columns, one a class, y has 1"),
        ("sparse_categorical_crossentropy", np.eye(3)[CLASSES], "class numbers, y has 3 columns"),
        ("sparse_categorical_crossentropy", CLASSES + 1, "y runs from 1 to 3 for 3 output units"),
        ("sparse_categorical_crossentropy", CLASSES.astype(str), "y is text"),
        ("poisson", CLASSES, "the loss 'poisson'"),
    ],
)
def test_targets_that_the_loss_does_not_take(keras, loss, y, said):
    model = compiled(keras, keras.layers.Dense(3, activation="softmax"), loss=loss)
    with pytest.raises(UsageError, match=said):
        nndoctor.to_recipe(model, X, y, **HOW)


def test_more_units_than_classes_are_classes_that_no_row_has(keras):
    model = compiled(
        keras, keras.layers.Dense(5, activation="softmax"), loss="sparse_categorical_crossentropy"
    )
    assert nndoctor.to_recipe(model, X, CLASSES, **HOW).recipe.data.classes == 5


REFUSED = {
    "its initializer": lambda k: [k.layers.Dense(2, bias_initializer="he_normal")],
    "its activation": lambda k: [k.layers.Dense(2, activation="relu6")],
    "at most one norm": lambda k: [
        k.layers.Dense(2), k.layers.Dropout(0.5), k.layers.Activation("relu")],
    "some after it": lambda k: [
        k.layers.Dense(2, activation="relu"), k.layers.BatchNormalization(),
        k.layers.Dense(2), k.layers.BatchNormalization(), k.layers.Activation("relu")],
    "several epsilons": lambda k: [
        k.layers.Dense(2), k.layers.BatchNormalization(epsilon=0.1), k.layers.Dense(2),
        k.layers.BatchNormalization()],
    "scale or its shift": lambda k: [k.layers.Dense(2), k.layers.BatchNormalization(center=False)],
    "no dense layer": lambda k: [k.layers.Reshape((2, 2))],
}  # fmt: skip


@pytest.mark.parametrize("said", REFUSED)
def test_layers_that_a_recipe_has_not(keras, said):
    model = compiled(keras, *REFUSED[said](keras), keras.layers.Dense(1))
    with pytest.raises(UsageError, match=said):
        nndoctor.to_recipe(model, X, Y, **HOW)


def test_behind_a_layer_of_another_kind_no_other_is_blamed(keras):
    layer = keras.layers
    model = compiled(
        keras,
        layer.Conv2D(2, 3), layer.Flatten(), layer.Dense(4), layer.Dropout(0.5), layer.Dense(1),
        shape=(8, 8, 1),
    )  # fmt: skip
    with pytest.raises(UsageError) as error:
        nndoctor.to_recipe(model, np.ones((60, 8, 8, 1)), Y, **HOW)
    (mistake,) = error.value.mistakes
    assert "layer 0, Conv2D: it is no dense layer" in mistake.problem


def test_a_norm_of_what_the_network_answers(keras):
    layer = keras.layers
    model = compiled(
        keras, layer.Dense(2), layer.Dense(1, activation="relu"), layer.BatchNormalization()
    )
    with pytest.raises(UsageError, match="after the last activation"):
        nndoctor.to_recipe(model, X, Y, **HOW)


def test_rows_of_another_shape_than_the_layers_take(keras):
    model = plain(keras)
    with pytest.raises(UsageError, match="it takes 4 inputs, and gets 3"):
        nndoctor.to_recipe(model, X[:, :3], Y, **HOW)
    with pytest.raises(UsageError, match="without a Flatten"):
        nndoctor.to_recipe(model, X.reshape(60, 2, 2), Y, **HOW)


def test_settings_of_optimizers_that_a_recipe_has_not(keras):
    decayed = keras.optimizers.AdamW()
    decayed.exclude_from_weight_decay(var_names=["bias"])
    for optimizer, said in (
        (keras.optimizers.SGD(clipnorm=1.0), "clipnorm"),
        (keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.1), "decoupled"),
        (keras.optimizers.Adam(use_ema=True), "use_ema"),
        (keras.optimizers.Ftrl(), "Ftrl"),
        (decayed, "exclude_from_weight_decay"),
    ):
        with pytest.raises(UsageError, match=said):
            nndoctor.to_recipe(plain(keras, optimizer=optimizer), X, Y, **HOW)


def test_activations_as_layers_in_both_places(keras):
    layer = keras.layers
    model = compiled(
        keras, layer.Dense(3, activation=layer.LeakyReLU(negative_slope=0.3)), layer.Dense(3),
        layer.ELU(alpha=0.5), layer.Dense(1, activation=layer.ReLU()),
    )  # fmt: skip
    named = [one.activation for one in nndoctor.to_recipe(model, X, Y, **HOW).recipe.model.layers]
    assert named == ["leaky_relu(0.3)", "elu(0.5)", "relu"]


def test_callbacks_become_what_a_recipe_has(keras):
    call = keras.callbacks
    given = [
        call.EarlyStopping(patience=4, min_delta=0.1, restore_best_weights=True),
        call.ReduceLROnPlateau(factor=0.5, patience=3),
        call.TerminateOnNaN(),
        call.LambdaCallback(),
    ]
    setup = nndoctor.to_recipe(plain(keras), X, Y, **HOW, validation=0.2, fit={"callbacks": given})
    stopping, schedule = setup.recipe.training.early_stopping, setup.recipe.schedule
    assert (stopping.watch, stopping.patience, stopping.min_delta) == ("validation_loss", 4, 0.1)
    assert (schedule.name, schedule.factor, schedule.patience) == ("plateau", 0.5, 2)
    assert "its callback LambdaCallback is left out" in setup.words
    assert not any("TerminateOnNaN" in word for word in setup.words)
    blind = nndoctor.to_recipe(plain(keras), X, Y, **HOW, fit={"callbacks": given[:1]})
    assert blind.recipe.training.early_stopping is None
    assert "its EarlyStopping by 'val_loss' is left out" in blind.words


@pytest.mark.parametrize(
    ("fit", "said"),
    [
        ({"sample_weight": np.ones(60)}, "sample_weight of fit"),
        ({"steps_per_epoch": 3}, "steps_per_epoch of fit"),
        ({"class_weight": {0: 1.0}}, "class_weight=.* for a regression"),
        ({"validation_data": (X[:, :2], Y)}, "validation_data has 2 inputs"),
    ],
)
def test_arguments_of_fit_that_a_recipe_has_not(keras, fit, said):
    with pytest.raises(UsageError, match=said):
        nndoctor.to_recipe(plain(keras), X, Y, **HOW, fit=fit)


# edits of a recipe, and what the lines in Keras's words have to hold
CURES = {
    "rate": ({"optimizer.learning_rate": 1.0}, "learning_rate=1.0"),
    "epochs": ({"training.epochs": 2}, "validation_split=0.2"),
    "scaled": ({"data.preprocess.features": "standardize"}, "StandardScaler"),
    "optimizer": ({"optimizer": {"name": "momentum", "momentum": 0.5}}, "momentum=0.5"),
    "rmsprop": ({"optimizer": {"name": "rmsprop"}}, "epsilon=1e-16"),
    "adagrad": ({"optimizer": {"name": "adagrad"}}, "initial_accumulator_value=0"),
    "leaky": ({"model.layers[0].activation": "leaky_relu"}, "LeakyReLU(negative_slope=0.01)"),
    "norm": ({"model.layers[0].batch_norm": True}, "BatchNormalization()"),
    "init": ({"model.layers[0].init": "truncated_he_normal"}, "kernel_initializer='he_normal'"),
    "penalty": ({"model.layers[0].l2": 0.0}, "L1(0.01)"),
    "schedule": (
        {"schedule": {"name": "exponential", "decay": 0.1, "per": "step"}}, "ExponentialDecay("),
    "stopping": ({"training.early_stopping": {"patience": 3}}, "restore_best_weights=True"),
}  # fmt: skip


@pytest.mark.parametrize("targets", ["class numbers", "one-hot"])
@pytest.mark.parametrize("case", CURES)
def test_the_cure_is_code_that_keras_runs(keras, case, targets):
    """Pasted before the fit, in place of it where it has one."""
    layer, one_hot = keras.layers, targets == "one-hot"
    penalty = keras.regularizers.L1L2(0.01, 0.01)
    front = [layer.Flatten(), layer.Normalization()]
    model = keras.Sequential(
        [keras.Input((2, 2)), *front, layer.Dense(5, activation="relu", kernel_regularizer=penalty),
         layer.Dropout(0.1), layer.Dense(3, activation="softmax")]
    )  # fmt: skip
    loss = f"{'' if one_hot else 'sparse_'}categorical_crossentropy"
    model.compile("adam", loss)
    x, y = X.reshape(60, 2, 2), np.eye(3)[CLASSES] if one_hot else CLASSES
    setup = nndoctor.to_recipe(model, x, y, **HOW, validation=0.2)
    edits, said = CURES[case]
    lines = in_words("Keras", setup.recipe, edit(setup.recipe, edits), 3, setup.own)
    assert any(said in line for line in lines)
    assert not any(line.startswith("#") for line in lines)
    if case == "scaled":  # of tables
        return
    known = {"keras": keras, "np": np, "model": model, "X": x, "y": y}
    for line in lines:
        exec(
            line.replace("model.fit(", "model.fit(verbose=0, x=").replace("x=X, y", "x=X, y=y"),
            known,
        )
    known["model"].fit(x, y, verbose=0)
    assert known["model"].predict(x, verbose=0).shape == (60, 3)
    if len(lines) > 1 and "Sequential" in lines[0]:
        assert known["model"].layers[1] is front[1]


@pytest.mark.parametrize("beside", [False, True])
def test_scaled_targets_of_one_column_are_code_that_runs(keras, beside):
    fit = {"validation_data": (X[:9], Y[:9])} if beside else {}
    setup = nndoctor.to_recipe(plain(keras), X, Y, **HOW, fit=fit)
    steps = {"features": "minmax", "target": "standardize"}
    after = edit(setup.recipe, {f"data.preprocess.{key}": value for key, value in steps.items()})
    known = {"np": np, "StandardScaler": StandardScaler, "MinMaxScaler": MinMaxScaler}
    known |= {"X": X, "y": Y, "X_val": X[:9], "y_val": Y[:9]}
    for line in in_words("Keras", setup.recipe, after, 1, setup.own):
        exec(line, known)
    assert (known["X"].max(), known["y"].shape) == (1.0, (60, 1))
    assert known["y"].std() == pytest.approx(1)
    assert (known["y_val"].shape == (9, 1)) is beside


HEAD = """
import numpy as np, keras
X = np.random.default_rng(0).normal(size=(60, 4)); y = (X[:, 0] > 0).astype(int)
def built():
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
"""


@pytest.fixture
def script(tmp_path, keras):
    def written(text):
        path = tmp_path / "train.py"
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return written


def test_a_script_s_fit_is_taken_with_all_its_arguments(script):
    setup = load_any(script(
        "built().fit(X[:50], y[:50], 7, 5, validation_data=(X[50:], y[50:]),\n"
        "            class_weight={0: 2.0, 1: 1.0}, initial_epoch=1)\n"
    ))  # fmt: skip
    recipe = setup.recipe
    assert (recipe.training.batch_size, recipe.training.epochs) == (7, 4)
    assert (len(setup.train), len(setup.validation)) == (50, 10)
    assert recipe.loss.class_weights == (2.0, 1.0)
    assert recipe.loss.weighted_mean == "rows"
    assert recipe.training.metrics == ("accuracy",)
    told = "; ".join(setup.words)
    assert "held out are the last rows as they stand" in told
    assert "these are its validation_data" in told
    assert "--split" not in told  # which a script refuses


def test_a_loop_that_goes_on_is_refused_and_one_that_starts_anew_is_not(script):
    with pytest.raises(UsageError, match="calls fit\\(\\) in a loop"):
        load_any(script("model = built()\nfor _ in range(5):\n    model.fit(X, y)\n"))
    anew = "for at in (20, 40):\n    model = built()\n    model.fit(X[:at], y[:at], epochs=2)\n"
    assert len(load_any(script(anew)).train) == 20


def test_rows_that_are_no_arrays_are_told(script):
    with pytest.raises(UsageError, match="fits a generator, whose rows are not at hand"):
        load_any(script("built().fit((x for x in []), steps_per_epoch=3)\n"))


@pytest.mark.parametrize(
    ("module", "name", "hint"),
    [
        ("tensorflow", "TensorFlow", "KERAS_BACKEND=torch"),
        ("keras", "Keras", 'pip install "nndoctor[keras]"'),
        ("torch", "PyTorch", 'pip install "nndoctor[torch]"'),
    ],
)
def test_a_library_that_is_not_there_is_told_with_what_to_do(tmp_path, module, name, hint):
    path = tmp_path / "train.py"
    path.write_text(f"raise ModuleNotFoundError('none', name='{module}')  # keras\n")
    with pytest.raises(UsageError, match=f"needs {name}") as caught:
        load_any(path)
    assert hint in caught.value.mistakes[0].hint


@pytest.mark.slow
def test_the_backend_is_what_the_script_chooses(script):
    """Keras is loaded by the script, after it has said so."""
    path = script("built().fit(X, y, epochs=2)\nprint('fitted')\n")
    path.write_text("import os\nos.environ['KERAS_BACKEND'] = 'torch'\n" + path.read_text())
    command = [sys.executable, "-m", "nndoctor", "check-loss", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "60 rows to train" in done.stdout, done.stderr
    assert "fitted" not in done.stdout + done.stderr
