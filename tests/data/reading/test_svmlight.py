import gzip

import numpy as np
import pytest
from sklearn.datasets import dump_svmlight_file

from .helpers import columns, no_table, table

TEXT = "+1 1:0.5 3:-1 # first\n-1 2:2\n\n+1 3:4e-1\n"


@pytest.mark.parametrize("name", ["heart", "a.libsvm", "a.txt", "a.t"])
def test_columns_and_target(tmp_path, name):
    path = tmp_path / name
    path.write_text(TEXT)
    found = table(path)
    read = {"c1": [0.5, 0, 0], "c2": [0, 2, 0], "c3": [-1, 0, 0.4], "target": [1, -1, 1]}
    assert columns(found) == read
    assert found.target == "target"
    assert found.frame["target"].dtype.kind == "i"
    assert any("are 0" in note for note in found.notes)
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(TEXT.encode()))
    assert columns(table(packed)) == read


def test_what_scikit_learn_writes(tmp_path):
    x = np.random.default_rng(0).normal(size=(30, 4))
    dump_svmlight_file(x, x[:, 0], str(tmp_path / "a"), zero_based=False)
    found = table(tmp_path / "a", limit=20)
    np.testing.assert_allclose(found.frame.to_numpy(), np.c_[x, x[:, 0]][:20], rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1 1:2 a:3\n2 1:2\n", "can't be read as libsvm text"),
        ("1 99999999:2\n2 1:2\n3 1:5\n4 1:3\n", "too large as a table"),
        ("1 1:2\n", "one row only"),
    ],
)
def test_what_can_not_be_read(tmp_path, text, problem):
    path = tmp_path / "a.libsvm"
    path.write_text(text)
    assert problem in no_table(path).problem
