"""Scripts that train by a library's own `fit`: run up to it, and examined as the model is."""

import json
import sys
import types

import numpy as np
import pytest

import nndoctor
from nndoctor.api import load_any
from nndoctor.errors import UsageError
from tests.cli.conftest import run as run
from tests.importing.test_importing import Dense, keras_model

HEAD = """
import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import GridSearchCV, cross_val_score
rng = np.random.default_rng(0)
X = rng.normal(size=(90, 3)); y = (X[:, 0] > 0).astype(int)
"""


@pytest.fixture
def script(tmp_path):
    def written(text, name="train.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.mark.parametrize(
    ("body", "rows", "scaled"),
    [
        ("MLPClassifier((5,)).fit(X, y)", 90, False),
        ("MLPRegressor(hidden_layer_sizes=(5,)).fit(X[:40], X[:40, 1])", 40, False),
        ("make_pipeline(StandardScaler(), MLPClassifier((5,))).fit(X, y)", 90, True),
        ("TransformedTargetRegressor(MLPRegressor(hidden_layer_sizes=(5,))).fit(X, X[:, 1])",
         90, False),
        ("cross_val_score(make_pipeline(StandardScaler(), MLPClassifier((5,))), X, y)", 72, True),
        ("def main():\n    model = MLPClassifier((5,))\n    model.fit(X, y)\n"
         "if __name__ == '__main__':\n    main()", 90, False),
    ],
)  # fmt: skip
def test_what_is_fitted_first_is_examined_on_its_rows(script, body, rows, scaled):
    setup = load_any(script(f"{HEAD}{body}\nprint('fitted')\n"))
    assert len(setup.train) + len(setup.validation.x if setup.validation else ()) == rows
    assert (setup.recipe.data.preprocess.features == "standardize") == scaled
    assert setup.recipe.model.layers[0].units == 5
    assert setup.words[0].startswith("taken at train.py:")


def test_of_a_search_what_it_chose_is_examined_and_no_candidate(script):
    """A grid is wide on purpose: its worst end says nothing of the model."""
    body = """
steps = make_pipeline(StandardScaler(), MLPClassifier((5,), max_iter=60, random_state=0))
grid = GridSearchCV(steps, {"mlpclassifier__learning_rate_init": np.array([1e-7, 0.03])}, cv=2)
grid.fit(X, y)
print("fitted")
"""
    setup = load_any(script(f"{HEAD}{body}"))
    assert setup.recipe.optimizer.learning_rate == 0.03
    assert len(setup.train) + len(setup.validation.x if setup.validation else ()) == 90
    assert (
        "GridSearchCV chose learning_rate_init=0.03; to change it, change what it tries"
        in setup.words
    )


def test_what_else_fits_the_network_is_told(script):
    body = "from sklearn.multiclass import OneVsRestClassifier\n"
    body += "OneVsRestClassifier(MLPClassifier((5,))).fit(X, np.arange(90) % 3)\n"
    setup = load_any(script(HEAD + body))
    assert setup.words[1] == "one fit inside OneVsRestClassifier"
    plain = load_any(script(f"{HEAD}make_pipeline(StandardScaler(), MLPClassifier()).fit(X, y)\n"))
    assert not any("inside" in word for word in plain.words)


def test_a_search_that_fits_no_choice_is_not_called_without_network(run, script):
    body = "GridSearchCV(MLPClassifier((5,), max_iter=2), {'alpha': [1]}, cv=2, refit=False)"
    done = run("checkup", script(f"{HEAD}{body}.fit(X, y)\n"))
    assert done.code == 2
    assert "fits none that it chose" in done.err
    assert "leave out refit=False" in done.err


def test_a_check_up_of_a_script_ends_in_its_own_code(run, script, tmp_path):
    body = "clf = MLPClassifier((8,), solver='sgd', learning_rate_init=1e-7, random_state=0)\n"
    path = script(f"{HEAD}{body}clf.fit(X, y)\nprint('fitted')\n")
    cured = tmp_path / "cured.toml"
    done = run("checkup", path, "--budget", "3s", "--write", cured, "--format", "json")
    assert "fitted" not in done.out + done.err
    told = json.loads(done.out)
    assert told["code"]
    assert (tmp_path / "cured.npz").exists()
    assert run("check-loss", cured).code == 0


@pytest.mark.parametrize("command", ["checkup", "search"])
def test_rows_beside_a_recipe_are_refused_before_anything_runs(
    run, script, tmp_path, monkeypatch, command
):
    monkeypatch.chdir(tmp_path)  # a search leaves its journal there
    path, cured = script(f"{HEAD}MLPClassifier((5,), max_iter=3).fit(X, y)\n"), tmp_path / "c.toml"
    (tmp_path / "c.npz").write_bytes(b"mine")
    done = run(command, path, "--write", cured)
    assert done.code == 2
    assert "c.npz" in done.err
    assert "--force" in done.err
    assert (tmp_path / "c.npz").read_bytes() == b"mine"
    assert not cured.exists()
    given = ["--trials", "2", "--force"] if command == "search" else ["--fast", "--force"]
    assert run(command, path, "--write", cured, *given).code != 2


def test_a_seed_is_the_script_s(script):
    with pytest.raises(UsageError, match="random_state"):
        load_any(script(f"{HEAD}MLPClassifier((5,)).fit(X, y)\n"), seed=3)


def test_scikit_learn_fits_again_afterwards(script):
    from sklearn.neural_network import MLPClassifier

    load_any(script(f"{HEAD}MLPClassifier((5,)).fit(X, y)\n"))
    x = np.random.default_rng(0).normal(size=(30, 2))
    assert MLPClassifier((3,), max_iter=400, tol=1.0).fit(x, x[:, 0] > 0).n_iter_ > 0


def test_a_script_that_trains_nothing_says_so(run, script):
    done = run("checkup", script("rows = [1, 2]\n"))
    assert done.code == 2
    assert "defines no optimizer" in done.err


@pytest.mark.parametrize("epochs", [3, None])
def test_a_keras_model_is_taken_with_how_it_is_fitted(script, monkeypatch, epochs):
    """By a stand-in: Keras itself is not among the packages of the tests."""
    made = keras_model(
        Dense({"units": 4, "activation": "relu"}), Dense({"units": 3, "activation": "softmax"})
    )
    keras = types.ModuleType("keras")
    keras.Model, keras.made = type(made), made
    monkeypatch.setitem(sys.modules, "keras", keras)
    how = "" if epochs is None else f", epochs={epochs}, batch_size=16, validation_split=0.2"
    path = script(
        "import keras, numpy as np\nX = np.random.default_rng(0).normal(size=(60, 2))\n"
        f"keras.made.fit(X, np.arange(60) % 3{how}, callbacks=[1])\n"
    )
    setup = load_any(path)
    assert setup.recipe.training.epochs == (epochs or 1)
    assert setup.recipe.training.batch_size == (16 if epochs else 32)
    assert len(setup.train) == (48 if epochs else 60)
    assert "its callback int is left out" in setup.words
    assert not hasattr(keras.Model, "fit")


CELLS = [
    ("markdown", "# A notebook"),
    ("code", "%matplotlib inline\n!pip list\n" + HEAD),
    ("code", "%%bash\nexit 1"),
    ("code", "%%time\nMLPClassifier((5,)).fit(X, y)"),
]


def test_a_notebook_is_a_script(script):
    cells = [{"cell_type": kind, "source": text.splitlines(True)} for kind, text in CELLS]
    setup = load_any(script(json.dumps({"cells": cells}), "train.ipynb"))
    assert len(setup.train) == 90
    assert setup.words[0].startswith("taken at train.ipynb:")


def test_a_notebook_that_raises_is_told_with_its_own_line(run, script):
    cells = [{"cell_type": "code", "source": ["rows = []\n", "rows[3]\n"]}]
    done = run("checkup", script(json.dumps({"cells": cells}), "train.ipynb"))
    assert done.code == 2
    assert "IndexError" in done.err
    assert "line 2 in <module>: rows[3]" in done.err
    assert run("checkup", script("{", "broken.ipynb")).code == 2


def test_from_python_as_from_the_command_line(script):
    path = script(f"{HEAD}MLPClassifier((5,)).fit(X, y)\n")
    assert nndoctor.check_loss(str(path)).findings
