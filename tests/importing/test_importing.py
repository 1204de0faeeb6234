"""Models of other libraries as recipes: what is taken, what is refused, and the cure in words."""

import subprocess
import sys
import warnings
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    StandardScaler,
)

import nndoctor
from nndoctor.diagnosis.untrained import suspect
from nndoctor.errors import UsageError
from nndoctor.findings import Verdict
from nndoctor.importing import in_words
from nndoctor.importing.recognising import library_of
from nndoctor.importing.sklearn_wrappers import unwrapped
from nndoctor.recipe import override
from nndoctor.recipe.editing import edit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1.0, 2.0, 3.0]
CLASSES = np.array(["low", "middle", "high"])[np.digitize(Y, [-1, 1])]


def test_an_estimator_says_what_it_is():
    recipe = nndoctor.to_recipe(
        MLPClassifier(hidden_layer_sizes=(4, 5), activation="tanh"), X, CLASSES
    ).recipe
    assert [layer.units for layer in recipe.model.layers] == [4, 5, 3]
    assert [layer.activation for layer in recipe.model.layers] == ["tanh", "tanh", "linear"]
    assert (recipe.loss.name, recipe.training.batch_size) == ("cross_entropy", 60)
    assert recipe.training.early_stopping.watch == "training_loss"
    assert recipe.regularization.l2 == pytest.approx(1e-4 / 60)


@pytest.mark.parametrize(
    ("scaler", "features"),
    [
        (StandardScaler(), "standardize"),
        (MinMaxScaler(), "minmax"),
        (PCA(2), "pca"),
        (StandardScaler(with_std=False), "center"),
        (PCA(whiten=True), "whiten"),
    ],
)
def test_a_scaler_before_it_is_the_way_to_prepare_features(scaler, features):
    setup = nndoctor.to_recipe(make_pipeline(scaler, MLPRegressor(hidden_layer_sizes=(3,))), X, Y)
    assert setup.recipe.data.preprocess.features == features
    # rows as the scaler itself gives them, principal axes up to their signs
    np.testing.assert_allclose(np.abs(setup.train.x), np.abs(scaler.fit_transform(X)), rtol=0.02)


def test_a_scaled_target_and_early_stopping_are_said():
    model = MLPRegressor(
        hidden_layer_sizes=(3,), early_stopping=True, validation_fraction=0.25, n_iter_no_change=4
    )
    wrapped = TransformedTargetRegressor(model, transformer=StandardScaler())
    recipe = nndoctor.to_recipe(wrapped, X, Y).recipe
    assert recipe.data.preprocess.target == "standardize"
    assert recipe.data.validation == 0.25
    assert (recipe.training.early_stopping.watch, recipe.training.early_stopping.patience) == (
        "validation_score",
        4,
    )


def test_what_a_recipe_cannot_say_is_listed_at_once():
    model = make_pipeline(MaxAbsScaler(), StandardScaler(), MLPRegressor(loss="poisson"))
    logs = TransformedTargetRegressor(model, func=np.log1p, inverse_func=np.expm1)
    with pytest.raises(UsageError) as caught:
        nndoctor.to_recipe(logs, X, np.abs(Y))
    told = [mistake.problem for mistake in caught.value.mistakes]
    assert len(told) == 2
    assert "log1p" in told[0]
    assert "poisson" in told[1]


def test_searches_pipelines_and_scaled_targets_are_unwrapped_in_any_order():
    inside = TransformedTargetRegressor(
        MLPRegressor(hidden_layer_sizes=(3,), max_iter=2), transformer=MinMaxScaler()
    )
    recipe = nndoctor.to_recipe(make_pipeline(StandardScaler(), inside), X, Y).recipe
    way = recipe.data.preprocess
    assert (way.features, way.target) == ("standardize", "minmax")
    as_it_is = TransformedTargetRegressor(MLPRegressor(hidden_layer_sizes=(3,)))
    assert nndoctor.to_recipe(as_it_is, X, Y).recipe.data.preprocess.target == "none"
    search = GridSearchCV(MLPRegressor(hidden_layer_sizes=(3,), max_iter=2), {"alpha": [0.5]}, cv=2)
    with pytest.raises(UsageError, match="GridSearchCV has no best estimator yet"):
        nndoctor.to_recipe(search, X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(X, Y)
    assert nndoctor.to_recipe(search, X, Y).recipe.regularization.l2 == 0.5 / 60


def test_rows_go_through_the_steps_that_no_recipe_has_before_it_begins():
    encoded = make_column_transformer((OneHotEncoder(), ["town"]), remainder="passthrough")
    frame = pd.DataFrame({"age": X[:, 0], "town": np.where(X[:, 1] > 0, "A", "B")})
    model = make_pipeline(encoded, None, StandardScaler(), MLPRegressor(max_iter=3))
    made = nndoctor.to_recipe(model, frame, Y)
    assert made.recipe.data.preprocess.features == "standardize"
    names = ("onehotencoder__town_A", "onehotencoder__town_B", "remainder__age")
    assert made.dataset.columns == names
    assert np.array_equal(made.dataset.x[:, 2], X[:, 0])
    assert "rows as ColumnTransformer made them, fitted to all of them" in made.words
    assert not hasattr(encoded, "transformers_")  # a copy was fitted
    scaled = override(made.recipe, ["data.preprocess.features=minmax"])
    (said,) = in_words("scikit-learn", made.recipe, scaled, 1, made.own, made.behind)
    assert said == "make_pipeline(pipeline[:1], MinMaxScaler(), MLPRegressor(max_iter=3))"


def test_a_sparse_table_is_made_dense_before_it_is_scaled():
    texts = ["warm sun", "cold rain", "cold wind", "sun and wind"] * 15
    pipeline = make_pipeline(TfidfVectorizer(), MLPRegressor(max_iter=3))
    made = nndoctor.to_recipe(pipeline, texts, Y)
    assert made.dataset.columns == ("and", "cold", "rain", "sun", "warm", "wind")
    scaled = override(made.recipe, ["data.preprocess.features=standardize"])
    (said,) = in_words("scikit-learn", made.recipe, scaled, 1, made.own, made.behind)
    kinds = (FunctionTransformer, MLPRegressor, StandardScaler, make_pipeline)
    cured = eval(said, {kind.__name__: kind for kind in kinds} | {"pipeline": pipeline})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        cured.fit(texts, Y)
    assert np.allclose(cured[:-1].transform(texts).mean(axis=0), 0)


def test_steps_that_refuse_the_rows_or_make_others_are_told():
    encoded = make_column_transformer((OneHotEncoder(), ["street"]))
    with pytest.raises(UsageError, match="ColumnTransformer can't prepare these rows"):
        nndoctor.to_recipe(make_pipeline(encoded, MLPRegressor()), FRAME, Y)
    sampler = type("Sampler", (), {"fit_resample": None})()
    pipeline = SimpleNamespace(steps=[("more", sampler), ("net", MLPRegressor())])
    with pytest.raises(UsageError, match="the step Sampler"):
        unwrapped(pipeline)


def test_a_fitted_network_that_goes_on_is_refused_unless_its_weights_are_the_start():
    model = MLPRegressor(hidden_layer_sizes=(3,), max_iter=2, warm_start=True)
    nndoctor.to_recipe(model, X, Y)  # its first fit draws weights like any other
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, Y)
    with pytest.raises(UsageError, match="warm_start=True of a fitted network"):
        nndoctor.to_recipe(model, X, Y)
    assert nndoctor.to_recipe(model, X, Y, from_weights=True).start is not None


def test_a_metric_of_another_task_is_a_finding():
    setup = nndoctor.to_recipe(MLPRegressor(hidden_layer_sizes=(3,)), X, Y, metrics=["accuracy"])
    assert setup.recipe.training.metrics == ("accuracy",)
    found = {one.code: one for one in nndoctor.setup_report(setup).findings}["ND220"]
    assert (found.status.value, found.suggests) == ("warning", ("wrong_metric",))


FRAME = pd.DataFrame({"age": ["a", "b"] * 30, "size": X[:, 0]})
GAP = np.where(np.arange(180).reshape(60, 3) == 7, np.nan, X)


@pytest.mark.parametrize(
    ("model", "x", "y", "said"),
    [
        (MLPRegressor(), X, Y[:50], "X has 60 rows, y has 50"),
        (MLPRegressor(), GAP, Y, "X has a missing value in row 3, column 'x1'"),
        (MLPRegressor(), X, np.where(Y > 0, np.inf, Y), "y has an infinity"),
        (MLPRegressor(), FRAME, Y, "X holds values in column 'age'"),
        (MLPRegressor(), X[:, 0], Y, "which is no table"),
        (MLPRegressor(), X[:0], Y[:0], "no rows"),
        (MLPRegressor(), {"a": X, "b": X}, Y, "X holds 2 inputs"),
        (MLPRegressor(), X, CLASSES, "y is text"),
        (MLPClassifier(), X, Y, "y is continuous"),
        (MLPRegressor(activation="swish"), X, Y, "activation"),
        (MLPRegressor(hidden_layer_sizes=(0,)), X, Y, "hidden_layer_sizes"),
        (RandomForestRegressor(), X, Y, "RandomForestRegressor is no network"),
        (MLPRegressor, X, Y, "MLPRegressor is a class"),
        (SimpleNamespace(), X, Y, "no model that is known"),
        (MLPRegressor(), None, Y, "X is missing"),
    ],
)
def test_bad_input_is_refused_with_what_is_wrong(model, x, y, said):
    with pytest.raises(UsageError, match=said):
        nndoctor.checkup(model, x, y)


def test_sparse_rows_and_frames_are_taken():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    for given in (sp.csr_matrix(X), frame, X.tolist()):
        setup = nndoctor.to_recipe(MLPRegressor(hidden_layer_sizes=(3,)), given, pd.Series(Y))
        np.testing.assert_array_equal(setup.train.x, X)
    assert nndoctor.to_recipe(MLPRegressor(hidden_layer_sizes=(3,)), frame, Y).columns == (
        "a",
        "b",
        "c",
    )


def test_a_saved_recipe_is_the_same_set_up_and_nothing_is_overwritten(tmp_path):
    setup = nndoctor.to_recipe(MLPClassifier(hidden_layer_sizes=(3,)), X, CLASSES)
    setup.save(tmp_path / "mine.toml")
    again = nndoctor.load_setup(tmp_path / "mine.toml")
    np.testing.assert_array_equal(again.train.x, setup.train.x)
    np.testing.assert_array_equal(again.train.y, setup.train.y)
    assert again.trainable.initial(0).tobytes() == setup.trainable.initial(0).tobytes()
    with pytest.raises(UsageError, match=r"mine\.toml"):
        setup.save(tmp_path / "mine.toml")


def words(setup, edits):
    after = edit(setup.recipe, edits)
    return in_words(setup.library, setup.recipe, after, setup.trainable.task.outputs, setup.own)


def test_the_cure_is_said_in_scikit_learns_words():
    """All that the estimator needs, what changes first: pasted, it is the model that was cured."""
    model = MLPRegressor(hidden_layer_sizes=(4, 4), activation="logistic", batch_size=30)
    setup = nndoctor.to_recipe(model, X, Y)
    rest = "hidden_layer_sizes=(4, 4)"
    assert words(setup, {"training.epochs": 2000}) == (
        f"MLPRegressor(max_iter=2000, {rest}, activation='logistic', batch_size=30)",
    )
    assert words(setup, {"data.preprocess.features": "standardize"}) == (
        f"make_pipeline(StandardScaler(), MLPRegressor({rest}, activation='logistic', "
        "batch_size=30))",
    )
    relu = {f"model.layers[{at}].activation": "relu" for at in range(2)}
    assert words(setup, relu | {"optimizer.learning_rate": 0.01}) == (
        f"MLPRegressor(activation='relu', learning_rate_init=0.01, {rest}, batch_size=30)",
    )
    assert words(setup, {"training.early_stopping": None}) == (
        f"MLPRegressor(n_iter_no_change=200, {rest}, activation='logistic', batch_size=30)",
    )
    (said,) = words(setup, {"optimizer.clip_norm": 1.0})
    assert said == "# scikit-learn has no word for: optimizer.clip_norm = 1.0"


@pytest.mark.parametrize(
    "model",
    [
        MLPClassifier(),
        MLPClassifier(solver="sgd", learning_rate_init=0.5, momentum=0.0, learning_rate="adaptive"),
        MLPClassifier(solver="lbfgs", hidden_layer_sizes=(7, 3), activation="tanh", alpha=0.25),
        MLPClassifier(early_stopping=True, n_iter_no_change=3, beta_1=0.5, epsilon=0.1),
        MLPClassifier(batch_size=20, alpha=1e-3, shuffle=False, max_iter=7),
        MLPClassifier((9,), random_state=3, tol=1e-6, verbose=False, max_iter=7),
    ],
    ids=str,
)
def test_what_does_not_change_is_said_as_it_was(model):
    setup = nndoctor.to_recipe(model, X, CLASSES)
    (line,) = words(setup, {"data.preprocess.features": "standardize"})
    said = eval(line)[-1]
    assert said.get_params() == model.get_params()


def test_a_generator_of_random_numbers_is_not_written_down():
    setup = nndoctor.to_recipe(MLPClassifier(random_state=np.random.RandomState(1)), X, CLASSES)
    assert words(setup, {"training.epochs": 7}) == ("MLPClassifier(max_iter=7)",)


def test_arguments_of_another_solver_are_left_as_they_are_by_default():
    setup = nndoctor.to_recipe(MLPClassifier(solver="sgd", momentum=0.5), X, CLASSES)
    adam = {"optimizer": {"name": "adam", "learning_rate": 0.001}}
    assert words(setup, adam)[0].startswith("MLPClassifier(solver='adam', momentum=0.5)")


def test_a_set_up_knows_which_changes_its_library_has_words_for():
    setup = nndoctor.to_recipe(MLPClassifier((4, 4), activation="logistic"), X, CLASSES)
    layer = "model.layers[0]"
    for edits, sayable in [
        ({}, True),
        ({"regularization": None}, True),
        ({f"model.layers[{at}].activation": "relu" for at in range(2)}, True),
        ({f"{layer}.activation": "relu"}, False),  # one activation is of all hidden layers
        ({f"{layer}.batch_norm": True}, False),
        ({f"{layer}.bias_init": "zeros"}, False),  # it draws them by its own rule
    ]:
        assert setup.says(edit(setup.recipe, edits)) is sayable
    plain = nndoctor.load_setup("[data]\ngenerator = 'blobs'\n[model]\nhidden = [4]\n")
    assert plain.says(edit(plain.recipe, {"model.batch_norm": True}))


@pytest.mark.parametrize("edits", [{"model.layers[0].batch_norm": True}, {"regularization": None}])
def test_a_cure_that_the_library_can_not_say_is_called_so_at_once(monkeypatch, edits):
    told = replace(suspect(()), prescription=edits)
    monkeypatch.setattr("nndoctor.api.diagnosing.examine", lambda *_: told)
    code = nndoctor.checkup(MLPClassifier((4, 4)), X, CLASSES, budget=1).code
    unsaid = "regularization" not in edits
    assert code[0].startswith("# scikit-learn can't say all of this") is unsaid
    assert any("norm = batch_norm" in line for line in code) is unsaid


@pytest.mark.slow
def test_a_classifier_of_scikit_learn_is_not_prescribed_batch_norm_where_more_cures():
    """Logistic units on a curved border, as in scikit-learn's issue 31235."""
    x = np.random.RandomState(1).random_sample((500, 2))
    y = (x[:, 0] + (2 * (x[:, 1] - 0.5)) ** 2 >= 0.75).astype(int)
    model = MLPClassifier((20, 20), activation="logistic", random_state=42)
    told = nndoctor.checkup(model, x, y, budget=20)
    assert told.causes[0].cause == "wrong_hidden_activation"
    assert told.prescription_status == "confirmed"
    assert told.code
    assert not any(line.startswith("#") for line in told.code)


def test_importing_loads_no_other_library():
    code = (
        "import sys, nndoctor; nndoctor.to_recipe; assert not {'torch', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@dataclass
class Dense:
    """A layer as Keras describes it."""

    __module__ = "keras.src.layers"

    config: dict[str, Any] = field(default_factory=dict)

    def get_config(self):
        drawn = {"class_name": "GlorotUniform", "config": {"seed": None}}
        zeros = {"class_name": "Zeros", "config": {}}
        return {
            "use_bias": True,
            "kernel_initializer": drawn,
            "bias_initializer": zeros,
            "kernel_regularizer": None,
            "activation": "linear",
            **self.config,
        }


class Conv2D(Dense):
    __module__ = Dense.__module__


class Adam:
    __module__ = "keras.src.optimizers.adam"

    def get_config(self):
        return {"learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}


def keras_model(*layers, loss="sparse_categorical_crossentropy"):
    kind = type("Sequential", (), {"__module__": "keras.src.models.sequential"})
    model = kind()
    model.layers, model.optimizer, model.loss = list(layers), Adam(), loss
    return model


def test_a_compiled_keras_model_says_what_it_is():
    """By configurations written down here: Keras itself is not among the packages of the tests."""
    penalty = {"class_name": "L2", "config": {"l2": 0.01}}
    model = keras_model(
        Dense({"units": 8, "activation": "relu", "kernel_regularizer": penalty}),
        Dense({"units": 3, "activation": "softmax"}),
    )
    y = np.digitize(Y, [-1, 1])
    setup = nndoctor.to_recipe(model, X, y, epochs=5, batch_size=16, validation=0.2)
    recipe = setup.recipe
    assert [layer.init for layer in recipe.model.layers] == ["glorot_uniform"] * 2
    assert recipe.model.layers[0].l2 == 0.02  # Keras has no half in its penalty
    assert (recipe.loss.from_logits, recipe.model.layers[1].activation) == (False, "softmax")
    assert (recipe.optimizer.eps, recipe.optimizer.eps_hat) == (1e-7, True)
    np.testing.assert_array_equal(setup.rows, np.arange(1, 49))  # the last fifth is held out
    assert recipe.data.split == "last"
    with pytest.raises(UsageError, match="layer 0, Conv2D: it is no dense layer"):
        nndoctor.to_recipe(keras_model(Conv2D()), X, y, epochs=5, batch_size=16)
    with pytest.raises(UsageError, match="epochs is missing"):
        nndoctor.to_recipe(model, X, y)


def test_a_keras_model_on_pytorch_is_one_of_keras():
    module = type("Module", (), {"__module__": "torch.nn.modules.module"})
    kind = type("Sequential", (module,), {"__module__": "keras.src.models.sequential"})
    assert library_of(kind()) == "Keras"


class Rescaling(Dense):
    __module__ = Dense.__module__


def test_rescaled_inputs_logarithms_and_metrics_of_a_keras_model():
    model = keras_model(
        Rescaling({"scale": 1 / 255, "offset": 0.0}), Dense({"units": 1}), loss="msle"
    )
    model.get_compile_config = lambda: {
        "metrics": ["accuracy", {"class_name": "MeanAbsoluteError", "config": {}}, "mine"]
    }
    setup = nndoctor.to_recipe(model, 255 * X, np.abs(Y), epochs=5, batch_size=16)
    np.testing.assert_allclose(setup.train.x, X, rtol=1e-5)
    assert setup.recipe.loss.name == "msle"
    assert setup.recipe.training.metrics == ("accuracy", "mae")


@pytest.mark.parametrize("given", ["mae", [["mae"]], {"output": "mae"}, ["mae", "mae"], None])
def test_metrics_in_every_form_that_keras_takes(given):
    model = keras_model(Dense({"units": 1}), loss="mse")
    model.get_compile_config = lambda: {"metrics": given}
    setup = nndoctor.to_recipe(model, X, Y, epochs=5, batch_size=16)
    assert setup.recipe.training.metrics == (("mae",) if given else ())


class ReLU(Dense):
    __module__ = Dense.__module__


class BatchNormalization(Dense):
    __module__ = Dense.__module__


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (ReLU({"negative_slope": 0.1}), "negative_slope"),
        (ReLU({"threshold": 0.5}), "threshold"),
        (ReLU({"max_value": 6.0}), "max_value"),
        (Dense({"units": 4, "trainable": False}), "trainable=False"),
        (Dense({"units": 4, "activity_regularizer": {"class_name": "L2"}}), "activity_regularizer"),
        (
            Dense({"units": 4, "kernel_regularizer": {"class_name": "Own", "config": {}}}),
            "kernel_regularizer Own",
        ),
        (BatchNormalization({"trainable": False}), "trainable=False"),
    ],
)
def test_what_keras_has_and_recipes_have_not_is_refused(layer, said):
    model = keras_model(Dense({"units": 4}), layer, Dense({"units": 3}))
    with pytest.raises(UsageError, match=said):
        nndoctor.to_recipe(model, X, np.digitize(Y, [-1, 1]), epochs=5, batch_size=16)


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ({"training.epochs": 90}, "model.fit(X, y, epochs=90, batch_size=16)"),
        ({"model.layers[0].init": "normal(0, 0.01)"},
         "kernel_initializer=keras.initializers.RandomNormal(0, 0.01)"),
        ({"model.layers[0].init": "constant(0.1)"},
         "kernel_initializer=keras.initializers.Constant(0.1)"),
        ({"model.layers[0].init": "fan_in_uniform"},
         "kernel_initializer=keras.initializers.VarianceScaling(1/3, 'fan_in', 'uniform')"),
        ({"model.layers[0].bias_init": "constant(0.1)"},
         "bias_initializer=keras.initializers.Constant(0.1)"),
        ({"optimizer.name": "amsgrad", "optimizer.eps_hat": None}, "amsgrad=True"),
        ({"optimizer.clip_value": 0.5}, "clipvalue=0.5"),
        ({"optimizer.beta1": 0.8, "optimizer.eps": 0.001}, "beta_1=0.8, epsilon=0.001"),
        ({"optimizer.name": "lion", "optimizer.beta2": 0.999, "optimizer.eps": None,
          "optimizer.eps_hat": None}, "Lion(learning_rate=0.001, beta_1=0.9, beta_2=0.999)"),
        ({"optimizer.name": "adamw", "optimizer.weight_decay": 0.0}, "weight_decay=0.0)"),
        ({"model.layers[0].init": "lsuv"}, "# Keras has no word for: layer 1: init = lsuv"),
        ({"optimizer.bias_correction": False}, "# Keras has no word for: optimizer.bias_"),
    ],
)  # fmt: skip
def test_the_cure_is_said_in_keras_words_with_its_numbers(edits, said):
    model = keras_model(Dense({"units": 8, "activation": "relu"}), Dense({"units": 3}))
    setup = nndoctor.to_recipe(model, X, np.digitize(Y, [-1, 1]), epochs=5, batch_size=16)
    lines = words(setup, edits)
    assert any(said in line for line in lines)
    assert any(line.startswith("#") for line in lines) is said.startswith("#")


def test_a_wrong_metric_is_certain_and_no_sickness_of_the_training():
    setup = nndoctor.to_recipe(MLPRegressor(hidden_layer_sizes=(3,)), X, Y, metrics=["accuracy"])
    told = suspect(nndoctor.setup_report(setup).findings)
    assert ("wrong_metric", "certain") in [(one.cause, one.certainty) for one in told.causes]
    assert told.verdict.value == "undecided"


@pytest.mark.slow
def test_a_loss_that_comes_down_again_is_no_training_that_diverges():
    """As scikit-learn trains it: a kick far above the first loss, then no better than guessing."""
    x = np.random.default_rng(0).normal(size=(150, 6)) * [1, 1, 1, 30, 300, 900]
    y = (x[:, 0] > 0).astype(int)
    model = MLPClassifier((50,), solver="sgd", max_iter=60, random_state=0)
    told = nndoctor.checkup(model, x, y, budget=5).diagnosis
    assert told.verdict is Verdict.SICK
    assert "diverges" not in told.sentence
