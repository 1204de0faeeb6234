"""A file of scikit-learn that fits no network is told what holds of it, not to use PyTorch."""

import pytest

pytest.importorskip("torch")

ROWS = """
from sklearn.datasets import load_iris
x, y = load_iris(return_X_y=True)
"""
IN_PARTS = """
from sklearn.neural_network import MLPClassifier
net = MLPClassifier((4,))
for epoch in range(2):
    net.partial_fit(x, y, classes=[0, 1, 2])
"""
LINEAR = """
import sklearn.linear_model as linear
linear.LogisticRegression(max_iter=500).fit(x, y)
"""


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (IN_PARTS, ("partial_fit, which is not read", "call fit once")),
        (LINEAR, ("trains no neural network", "MLPClassifier or MLPRegressor")),
    ],
)
def test_what_holds_of_the_file_is_said(run, tmp_path, code, words):
    path = tmp_path / "train.py"
    path.write_text(ROWS + code, encoding="utf-8")
    done = run("check-loss", path)
    assert done.code == 2
    said = " ".join(done.err.split())  # lines are wrapped
    assert [word for word in words if word not in said] == []
    assert "torch" not in done.err


def test_a_file_that_uses_pytorch_beside_it_is_told_of_pytorch(run, tmp_path):
    path = tmp_path / "train.py"
    path.write_text("import torch\n" + ROWS, encoding="utf-8")
    assert "nndoctor init --torch" in run("check-loss", path).err
