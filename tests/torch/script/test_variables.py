"""A script that trains nothing itself, which is examined by its variables."""

import pytest

pytest.importorskip("torch")

from nndoctor.errors import UsageError
from nndoctor.setup.python_file import open_python

from .parts import LOADER, MODEL, PARTS, UPDATE, looped


@pytest.mark.parametrize(
    ("parts", "rows", "taken"),
    [
        ((PARTS,), (120, 0), "net, opt, criterion, x, y"),
        (("x_train, y_train, x_test, y_test = x[:80], y[:80], x[80:], y[80:]\n", PARTS,
          "del x, y\n"), (80, 40), "x_train, y_train, x_test, y_test"),
        ((PARTS, "data, labels = x, y\ndel x, y\n"), (120, 0), "data, labels"),
        ((PARTS, "X_train_tensor, y_train_tensor = x, y\ndel x, y\n"), (120, 0),
         "X_train_tensor, y_train_tensor"),
        ((PARTS, "trainX, trainY, Xtest, ytest = x, y, x[:9], y[:9]\ndel x, y\n"), (120, 9),
         "trainX, trainY, Xtest, ytest"),
        ((PARTS, LOADER), (120, 0), "net, opt, criterion, loader"),
        (("train_set, test_set = TensorDataset(x, y), TensorDataset(x[:9], y[:9])\n", PARTS),
         (120, 9), "train_set, test_set"),
        (("encoder = nn.Linear(4, 4)\n", PARTS), (120, 0), "net, opt"),
    ],
)  # fmt: skip
def test_a_file_that_trains_nothing_is_examined_by_its_variables(script, parts, rows, taken):
    made = open_python(script(*parts, "def train():\n    " + looped(UPDATE).replace("\n", "\n    ")
                              + "pass\n", "n_epochs = 7\n"))  # fmt: skip
    assert len(made.train) == rows[0]
    assert (0 if made.validation is None else len(made.validation)) == rows[1]
    assert made.epochs == 7
    assert taken in made.words[2]
    assert "trains nothing itself" in made.words[2]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((MODEL,), "it defines no optimizer"),
        ((PARTS.replace("criterion =", "measure = 1 #"),), "it defines no loss"),
        ((PARTS, "del x\n"), "it defines no training data"),
        ((PARTS, "x_a, y_a = x + 1, y\n"), "several that could be its training data"),
    ],
)  # fmt: skip
def test_what_is_missing_or_open_is_named_with_a_way_on(run, script, parts, said):
    done = run("check-loss", script(*parts))
    assert done.code == 2
    assert said in done.err
    assert "nndoctor init --torch" in done.err


def test_only_the_function_that_is_meant_by_default_is_made_up(script):
    with pytest.raises(UsageError, match="no function other"):
        open_python(f"{script(PARTS)}:other")
