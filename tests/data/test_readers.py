import gzip

import numpy as np
import pytest

from nndoctor.data import READERS, read

from .helpers import refused


def test_missing_file_gets_the_nearest_name(tmp_path):
    (tmp_path / "digits.csv").write_text("a,y\n1,2\n")
    (mistake,) = refused(lambda: read(tmp_path / "digit.csv", "y"))
    assert "digit.csv does not exist" in mistake.problem
    assert mistake.hint == "did you mean digits.csv?"


def test_missing_folder(tmp_path):
    (mistake,) = refused(lambda: read(tmp_path / "nowhere" / "a.csv", "y"))
    assert "no folder" in mistake.hint


def test_directory(tmp_path):
    (mistake,) = refused(lambda: read(tmp_path, "y"))
    assert "is a directory" in mistake.problem
    assert mistake.hint


@pytest.mark.parametrize("extension", sorted(READERS))
def test_empty_file_in_every_format(tmp_path, extension):
    path = tmp_path / f"a.{extension}"
    path.touch()
    (mistake,) = refused(lambda: read(path, "y"))
    assert "is empty (0 bytes)" in mistake.problem
    assert mistake.hint


@pytest.mark.parametrize("extension", sorted(READERS))
@pytest.mark.parametrize("packed", [False, True])
def test_no_format_lets_another_error_through_on_garbage(tmp_path, extension, packed):
    garbage = np.random.default_rng(0).bytes(500)
    path = tmp_path / f"a.{extension}"
    path.write_bytes(gzip.compress(garbage) if packed else garbage)
    assert refused(lambda: read(path, None))[0].problem.startswith(str(path))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("net.py", "own PyTorch models are not examined yet"),
        ("a.xlsx", "save the sheet as CSV"),
        ("a.pkl", "never loaded"),
        ("a.foo", ".csv, .tsv"),
    ],
)
def test_unknown_extension_lists_the_permitted(tmp_path, name, hint):
    path = tmp_path / name
    path.write_text("x")
    (mistake,) = refused(lambda: read(path, "y"))
    assert name in mistake.problem
    assert hint in mistake.hint
    assert ".npz" in mistake.hint


def test_limit_below_two(tmp_path):
    (mistake,) = refused(lambda: read(tmp_path / "a.csv", "y", limit=1))
    assert "limit = 1" in mistake.problem


def test_only_a_target(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((3, 1)))
    (mistake,) = refused(lambda: read(tmp_path / "a.npy", "0"))
    assert "no column besides its target" in mistake.problem
    assert mistake.hint
