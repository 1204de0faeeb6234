import gzip
import pickle
import subprocess
import sys

import numpy as np
import pytest

from nndoctor.data import read

from ..helpers import refused

X = np.arange(12, dtype=np.uint8).reshape(4, 3)
Y = np.array([0, 1, 0, 1])


@pytest.mark.parametrize(("target", "position"), [("-1", 2), ("0", 0), ("x1", 1)])
def test_npy_target_by_position(tmp_path, target, position):
    np.save(tmp_path / "a.npy", X)
    data = read(tmp_path / "a.npy", target)
    assert data.y.ravel().tolist() == X[:, position].tolist()
    assert data.targets == (f"x{position}",)
    assert data.x.dtype == np.uint8
    assert data.x.tolist() == np.delete(X, position, axis=1).tolist()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f4", ">f8", ">i2"])
def test_npy_layouts_and_byte_orders(tmp_path, order, dtype):
    np.save(tmp_path / "a.npy", X.astype(dtype, order=order))
    data = read(tmp_path / "a.npy", "0", limit=2)
    assert data.x.dtype.isnative
    assert data.x.tolist() == X[:2, 1:].tolist()


@pytest.mark.parametrize("target", ["7", "-4", "price"])
def test_npy_without_that_column(tmp_path, target):
    np.save(tmp_path / "a.npy", X)
    (mistake,) = refused(lambda: read(tmp_path / "a.npy", target))
    assert f"no column '{target}'" in mistake.problem
    assert "x0 to x2" in mistake.hint


def test_npy_without_target(tmp_path):
    np.save(tmp_path / "a.npy", X)
    (mistake,) = refused(lambda: read(tmp_path / "a.npy", None))
    assert "no target column named" in mistake.problem
    assert "'x0', 'x1', 'x2'" in mistake.hint


def test_npy_of_other_dimensions(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(5))
    (mistake,) = refused(lambda: read(tmp_path / "a.npy", "0"))
    assert "shape (5,)" in mistake.problem
    assert "np.savez" in mistake.hint


@pytest.mark.parametrize("target", ["0", None])
def test_an_array_without_rows_is_refused_however_many_columns_it_claims(tmp_path, target):
    np.save(tmp_path / "a.npy", np.zeros((0, 2**30), np.uint8))
    (mistake,) = refused(lambda: read(tmp_path / "a.npy", target))
    assert "holds no numbers: its shape is (0, 1073741824)" in mistake.problem
    np.savez(tmp_path / "a.npz", X=np.zeros((0, 2**30), np.uint8), y=np.zeros(0))
    (mistake,) = refused(lambda: read(tmp_path / "a.npz", None))
    assert "array 'X' holds no numbers" in mistake.problem


def test_npz_by_default_names(tmp_path):
    np.savez(tmp_path / "a.npz", X=X.reshape(4, 3, 1), y=Y)
    data = read(tmp_path / "a.npz", None)
    assert (data.columns, data.targets) == (("x0", "x1", "x2"), ("y",))
    assert data.x.tolist() == X.tolist()


def test_npz_named_target_leaves_the_other_array(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", pictures=X, digit=Y)
    data = read(tmp_path / "a.npz", "digit", limit=3)
    assert data.targets == ("digit",)
    assert data.x.tolist() == X[:3].tolist()


def test_npz_prefers_the_array_called_x(tmp_path):
    np.savez(tmp_path / "a.npz", extra=Y, X=X, y=Y)
    assert read(tmp_path / "a.npz", "y").x.shape == (4, 3)


def test_npz_with_several_target_columns(tmp_path):
    np.savez(tmp_path / "a.npz", X=X, y=np.eye(4))
    assert read(tmp_path / "a.npz", "y").targets == ("y0", "y1", "y2", "y3")


def test_npz_with_text_labels(tmp_path):
    np.savez(tmp_path / "a.npz", X=X, y=np.array(["a", "", "b", "a"]))
    assert read(tmp_path / "a.npz", "y").y.ravel().tolist() == ["a", None, "b", "a"]


def test_gzipped_npz(tmp_path):
    np.savez(tmp_path / "a.npz", X=X, y=Y)
    packed = tmp_path / "a.npz.gz"
    packed.write_bytes(gzip.compress((tmp_path / "a.npz").read_bytes()))
    assert read(packed, "y").x.tolist() == X.tolist()


@pytest.mark.parametrize(
    ("arrays", "target", "problem"),
    [
        ({"X": X, "y": Y}, "z", "no array 'z'"),
        ({"p": X, "q": Y}, None, "no target array named"),
        ({"p": X, "q": X, "y": Y}, "y", "no array that is clearly the input: it holds 'p', 'q'"),
        ({"X": X, "y": Y[:2]}, "y", "4 rows of features but 2 of targets"),
        ({"X": X * 1j, "y": Y}, "y", "complex128"),
        ({"X": np.full((4, 2), "a"), "y": Y}, "y", "<U1, not real numbers"),
        ({"X": np.array(3.0), "y": Y}, "y", "single number"),
        ({"X": np.full((4, 2), None), "y": Y}, "y", "array 'X' holds Python objects"),
    ],
)
def test_npz_that_can_not_be_used(tmp_path, arrays, target, problem):
    np.savez(tmp_path / "a.npz", **arrays)
    (mistake,) = refused(lambda: read(tmp_path / "a.npz", target))
    assert problem in mistake.problem
    assert mistake.hint


@pytest.mark.parametrize("raw", [False, True])
def test_pickles_are_never_loaded(tmp_path, raw):
    path = tmp_path / "a.npy"
    if raw:
        path.write_bytes(pickle.dumps([1, 2]))
    else:
        np.save(path, np.full((2, 2), None), allow_pickle=True)
    (mistake,) = refused(lambda: read(path, "0"))
    assert "holds Python objects, which are never loaded" in mistake.problem
    assert "np.savez(" in mistake.hint


def test_npy_cut_short(tmp_path):
    np.save(tmp_path / "a.npy", X)
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole[:-5])
    (mistake,) = refused(lambda: read(tmp_path / "a.npy", "0"))
    assert "expected 12 bytes, saw 7" in mistake.problem
    assert "again" in mistake.hint


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_npz_cut_short(tmp_path, keep):
    np.savez(tmp_path / "a.npz", X=X, y=Y)
    whole = (tmp_path / "a.npz").read_bytes()
    size = int(keep * len(whole))
    (tmp_path / "a.npz").write_bytes(whole[:size])
    (mistake,) = refused(lambda: read(tmp_path / "a.npz", "y"))
    assert f"after {size} bytes" in mistake.problem


def test_npz_with_a_flipped_byte(tmp_path):
    np.savez(tmp_path / "a.npz", X=X, y=Y)
    whole = bytearray((tmp_path / "a.npz").read_bytes())
    whole[whole.index(bytes(range(12)))] ^= 1
    (tmp_path / "a.npz").write_bytes(whole)
    (mistake,) = refused(lambda: read(tmp_path / "a.npz", "y"))
    assert "corrupt" in mistake.problem


def test_reading_npz_loads_no_pandas(tmp_path):
    np.savez(tmp_path / "a.npz", X=X, y=Y)
    code = (
        "import sys; from pathlib import Path; from nndoctor.data import read; "
        "read(Path(sys.argv[1]), 'y'); sys.exit('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.npz")], check=False)
    assert done.returncode == 0  # 1 where pandas was loaded
