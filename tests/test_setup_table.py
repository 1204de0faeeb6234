"""Data as they were read: split as training splits them, and never refused for what is missing."""

import numpy as np
import pytest

from nndoctor.errors import DataError, NNDoctorError
from nndoctor.setup import open_setup, open_table, save_recipe

HEAD = '[data]\npath = "rows.csv"\ntarget = "y"\n'
TAIL = "[model]\nhidden = [4]\n"


def written(folder, rows, more="", name="rows.csv", header="a,b,y"):
    lines = [header, *(",".join("" if cell is None else str(cell) for cell in row) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "r.toml").write_text(HEAD + more + TAIL, encoding="utf-8")
    return folder / "r.toml"


def sound(n=40):
    return [(i * i, i * 7 % 11, "ab"[i % 2]) for i in range(n)]


def holed():
    return [
        (None if i % 10 == 3 else i * i, i * 7 % 11, None if i == 5 else "ab"[i % 2])
        for i in range(40)
    ]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("shares", ["", "validation = 0.3\ntest = 0.2\n", "validation = 0.0\n"])
def test_the_parts_are_those_of_the_training(tmp_path, seed, shares):
    recipe = written(tmp_path, sound(), shares)
    change = (f"training.seed={seed}",)
    table, setup = open_table(recipe, None, change), open_setup(recipe, None, change)
    assert table.train.numbers.tolist() == setup.rows.tolist()
    assert (table.train.x == setup.train.x).all()
    assert (table.train.y == setup.train.y).all()
    assert table.labels == setup.trainable.task.labels == ("a", "b")
    assert (table.validation is None) == (setup.validation is None)
    if setup.validation is not None:
        assert (table.validation.x == setup.validation.x).all()
    parts = [part for part in (table.train, table.validation, table.test) if part is not None]
    every = np.concatenate([part.numbers for part in parts])
    assert sorted(every.tolist()) == list(range(1, 41))
    assert (table.setup.train.x == setup.train.x).all()


def test_incomplete_rows_are_kept_and_not_trained_on(tmp_path):
    drop = 'missing = "drop"\n'
    table = open_table(written(tmp_path, holed(), drop))
    setup = open_setup(written(tmp_path, holed(), drop))
    bad = [4, 6, 14, 24, 34]
    assert set(bad) <= set(table.train.numbers.tolist())
    assert np.isnan(table.train.x[table.train.numbers == 4, 0]).all()
    assert np.isnan(table.train.y[table.train.numbers == 6]).all()
    assert (table.setup.train.x == setup.train.x).all()
    assert np.isfinite(table.validation.x).all()
    rest = [n for n in table.train.numbers.tolist() if n not in bad]
    assert (table.train.x[np.isin(table.train.numbers, rest)] == setup.train.x).all()


def test_a_data_file_with_missing_values_is_opened(tmp_path):
    written(tmp_path, holed())
    table = open_table(tmp_path / "rows.csv", "y")
    assert table.is_default
    assert table.kind == "classification"
    assert "--target y" in table.argument
    with pytest.raises(DataError):
        open_setup(tmp_path / "rows.csv", "y")
    save_recipe(table, tmp_path / "kept.toml")
    assert open_table(tmp_path / "kept.toml").labels == ("a", "b")


@pytest.mark.parametrize("value", ["a", 3, 2.5])
def test_a_target_of_one_value_is_no_reason_to_refuse(tmp_path, value):
    table = open_table(written(tmp_path, [(i, i % 7, value) for i in range(40)]))
    assert table.setup is None
    assert "one value" in table.refused
    assert len(np.unique(table.train.y)) == 1
    assert np.isfinite(table.train.y).all()


def test_too_few_complete_rows_are_no_reason_to_refuse(tmp_path):
    rows = [(None if i else 3.5, i * i, "ab"[i % 2]) for i in range(10)]
    table = open_table(written(tmp_path, rows, 'missing = "drop"\n'))
    assert table.setup is None
    assert len(table.train.x) == 10


def test_other_files_are_read_under_the_same_classes(tmp_path):
    files = 'validation = "held.csv"\ntest = "test.csv"\n'
    written(tmp_path, [(1, 2, "c"), (3, None, "a")], name="held.csv")
    written(tmp_path, [(1, 2, "b"), (3, 4, None)], name="test.csv")
    table = open_table(written(tmp_path, sound(), files))
    assert table.labels == ("a", "b", "c")
    assert table.train.numbers.tolist() == list(range(1, 41))
    assert table.validation.y[:, 0].tolist() == [2, 0]
    assert np.isnan(table.validation.x[1, 1])
    assert table.test.y[0, 0] == 1
    assert np.isnan(table.test.y[1, 0])


@pytest.mark.parametrize(
    ("rows", "header", "word"),
    [
        ([(1, 2, "a"), (3, 4, "b")], "a,z,y", "no column 'b'"),
    ],
)
def test_an_unfit_second_file_is_refused(tmp_path, rows, header, word):
    written(tmp_path, rows, name="held.csv", header=header)
    with pytest.raises(DataError, match=word):
        open_table(written(tmp_path, sound(), 'validation = "held.csv"\n'))


def test_what_can_not_be_read_or_is_wrong_in_itself_is_refused(tmp_path):
    nothing = written(tmp_path, [(i, i, None) for i in range(9)])
    with pytest.raises(DataError, match="no values"):
        open_table(nothing)
    with pytest.raises(NNDoctorError, match="no column 'z'"):
        open_table(written(tmp_path, sound()), None, ("data.target=z",))
    recipe = written(tmp_path, sound())
    recipe.write_text(HEAD + "[model]\nhidden = [4]\nlayers = []\n", encoding="utf-8")
    with pytest.raises(NNDoctorError, match="layer"):
        open_table(recipe)
