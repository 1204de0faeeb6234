"""Formats of named arrays: MATLAB and HDF5."""

import gzip
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.io import savemat

from nndoctor.data import Dataset
from nndoctor.data.reading.reading import HowToRead, read_file
from nndoctor.errors import TargetNotNamed

from .helpers import columns, no_table, table

h5py = pytest.importorskip("h5py")
X = np.arange(12.0).reshape(4, 3)
Y = np.array([0, 1, 0, 1])


def save_hdf5(path, arrays):
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


def save_new_matlab(path, arrays):
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in arrays.items():
            file[name] = np.atleast_2d(array).T if np.ndim(array) > 1 else np.atleast_2d(array)
    with path.open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")


SAVE = {"a.mat": savemat, "new.mat": save_new_matlab, "a.h5": save_hdf5, "a.dat": save_hdf5}


@pytest.fixture(params=SAVE)
def save(request, tmp_path):
    def saved(**arrays):
        path = tmp_path / request.param
        SAVE[request.param](path, arrays)
        return path

    return saved


def arrays_of(path, *targets, **how):
    found = read_file(path, HowToRead(**how), targets)
    assert isinstance(found, Dataset)
    return found


def test_inputs_and_targets_by_name(save):
    path = save(X=X, y=Y)
    data = arrays_of(path)
    assert data.x.tolist() == X.tolist()
    assert data.y.ravel().tolist() == Y.tolist()
    assert data.targets == ("y",)
    assert len(arrays_of(path, limit=2)) == 2
    packed = path.with_name("packed.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert arrays_of(packed).x.tolist() == X.tolist()


def test_one_array_with_its_target_in_it(save):
    path = save(measures=X)
    data = arrays_of(path, "-1")
    assert data.x.tolist() == X[:, :2].tolist()
    assert data.y.ravel().tolist() == X[:, 2].tolist()


def test_array_named_by_the_user(save):
    path = save(first=X, second=X + 1, y=Y)
    assert arrays_of(path, "y", part="second").x.tolist() == (X + 1).tolist()
    assert "clearly the input" in no_table(path, ["y"]).problem
    assert "no array 'third'" in no_table(path, part="third").problem


def test_columns_of_one_length_are_a_table(save):
    path = save(height=X[:, 0], weight=X[:, 1])
    assert columns(table(path)) == {"height": [0, 3, 6, 9], "weight": [1, 4, 7, 10]}
    assert len(table(path, limit=2)) == 2


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_cut_short(save, keep):
    path = save(X=X, y=Y)
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content))])
    assert no_table(path).problem.startswith(str(path))


def test_missing_h5py_says_how_to_install_it(tmp_path, monkeypatch):
    save_hdf5(tmp_path / "a.h5", {"X": X})
    save_new_matlab(tmp_path / "a.mat", {"X": X})
    monkeypatch.setitem(sys.modules, "h5py", None)
    for name in ("a.h5", "a.mat"):
        assert no_table(tmp_path / name).hint == 'pip install "nndoctor[hdf5]"'


def test_compound_dataset_is_a_table(tmp_path):
    kinds = [("name", "S3"), ("age", ">i4"), ("size", "<f4")]
    rows = np.array([(b"Ann", 30, 1.5), (b"Bob", 41, 2.5)], kinds)
    save_hdf5(tmp_path / "a.h5", {"people": rows, "other": X})
    found = table(tmp_path / "a.h5")
    assert columns(found) == {"name": ["Ann", "Bob"], "age": [30, 41], "size": [1.5, 2.5]}
    assert found.notes == ("left aside: 'other'",)
    save_hdf5(tmp_path / "b.h5", {"in/one": rows, "in/two": rows[::-1]})
    assert no_table(tmp_path / "b.h5").hint == "--table NAME, one of 'in/one', 'in/two'"
    assert columns(table(tmp_path / "b.h5::in/two"))["age"] == [41, 30]


def test_text_columns_of_hdf5(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["name"] = ["Ann", "Bob"]
        file["age"] = [30, 41]
    assert columns(table(tmp_path / "a.h5")) == {"age": [30, 41], "name": ["Ann", "Bob"]}


def test_text_labels_of_hdf5(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["X"] = X
        file["y"] = ["u", "v", "u", "ä"]
    assert arrays_of(tmp_path / "a.h5").y.ravel().tolist() == ["u", "v", "u", "ä"]


def test_texts_and_structures_of_matlab(tmp_path):
    names = np.array([["Ann"], ["Bob"]], object)
    savemat(tmp_path / "a.mat", {"name": names, "age": [[30], [41]]})
    assert columns(table(tmp_path / "a.mat")) == {"name": ["Ann", "Bob"], "age": [30, 41]}
    savemat(tmp_path / "b.mat", {"people": {"name": names, "age": [[30], [41]]}})
    assert columns(table(tmp_path / "b.mat")) == {"name": ["Ann", "Bob"], "age": [30, 41]}


def test_files_with_no_array(tmp_path):
    save_hdf5(tmp_path / "a.h5", {})
    savemat(tmp_path / "a.mat", {})
    for name in ("a.h5", "a.mat"):
        assert "no array" in no_table(tmp_path / name).problem


def test_link_that_leads_nowhere(tmp_path):
    save_hdf5(tmp_path / "a.h5", {"X": X, "y": Y})
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["gone"] = h5py.SoftLink("/nowhere")
    assert arrays_of(tmp_path / "a.h5").x.tolist() == X.tolist()


@pytest.mark.parametrize("mark", ["model_config", "keras_version"])
def test_keras_model(tmp_path, mark):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.attrs[mark] = "x"
    mistake = no_table(tmp_path / "a.h5")
    assert "a Keras model, not a table" in mistake.problem


def test_layout_of_pandas_in_hdf5(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_group("df").attrs["pandas_type"] = "frame"
    assert "df.to_parquet" in no_table(tmp_path / "a.h5").hint


def test_names_that_keras_uses(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:2] + 1, y_test=Y[:2])
    data = arrays_of(tmp_path / "a.npz")
    assert data.x.tolist() == X.tolist()
    assert data.targets == ("y_train",)
    assert data.notes == ("left aside: arrays 'x_test', 'y_test'",)
    assert arrays_of(tmp_path / "a.npz", "y_test").x.tolist() == (X[:2] + 1).tolist()


def test_statistics_programs(tmp_path):
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]})
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    assert columns(table(tmp_path / "a.dta")) == {"a": [1.5, 2.5], "b": ["x", "y"]}
    frame.to_stata(tmp_path / "old", write_index=False, version=114)
    assert columns(table(tmp_path / "old")) == {"a": [1.5, 2.5], "b": ["x", "y"]}
    whole = (tmp_path / "a.dta").read_bytes()
    (tmp_path / "a.dta").write_bytes(whole[:200])
    assert "no readable file of Stata" in no_table(tmp_path / "a.dta").problem


def test_damaged_sas_and_missing_pyreadstat(tmp_path, monkeypatch):
    sas = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
    (tmp_path / "a.sas7bdat").write_bytes(sas + bytes(300))
    assert "no readable file of SAS" in no_table(tmp_path / "a.sas7bdat").problem
    (tmp_path / "a.xpt").write_bytes(b"HEADER RECORD*******LIBRARY HEADER RECORD" + b" " * 50)
    assert "no readable file of SAS" in no_table(tmp_path / "a.xpt").problem
    (tmp_path / "a.sav").write_bytes(b"$FL2@(#) SPSS DATA FILE" + bytes(200))
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    assert no_table(tmp_path / "a.sav").hint == "pip install pyreadstat"


@pytest.mark.parametrize(
    ("names", "likeliest"),
    [
        (("fea", "gnd"), "gnd"),
        (("train_set_x", "train_set_y", "test_set_x", "test_set_y"), "train_set_y"),
        (("a", "b"), "b"),
    ],
)
def test_the_likeliest_target_is_proposed_and_has_its_inputs(save, names, likeliest):
    wide, column = X[:, :2], Y
    path = save(**{name: column if i % 2 else wide for i, name in enumerate(names)})
    with pytest.raises(TargetNotNamed) as refused:
        read_file(path, HowToRead())
    assert refused.value.likeliest == likeliest
    assert arrays_of(path, likeliest).x.tolist() == wide.tolist()


def test_the_last_column_of_the_only_array_is_proposed(save):
    path = save(all_of_it=X)
    with pytest.raises(TargetNotNamed) as refused:
        read_file(path, HowToRead())
    assert refused.value.likeliest == "-1"
    assert arrays_of(path, "-1").y.ravel().tolist() == X[:, -1].tolist()


def test_inputs_with_rows_in_their_columns_are_turned_and_said(save):
    data = arrays_of(save(X=X.T, y=Y))
    assert data.x.tolist() == X.tolist()
    assert "array 'X' is turned: it has the rows in its columns" in data.notes
