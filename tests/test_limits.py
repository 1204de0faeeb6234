"""What can't fit is refused before it is tried, and what is no file is never read."""

import gc
import gzip
import io
import os
import zipfile

import numpy as np
import pytest

from nndoctor import limits
from nndoctor.data import read
from nndoctor.data.generators import generate
from nndoctor.errors import DataError, NNDoctorError, RecipeError, TooLarge
from nndoctor.recipe import loads
from nndoctor.setup import blueprint, load_model, open_setup

from .training.runs import made

BODY = '[data]\ngenerator = "spiral"\nn = 60\n[model]\nhidden = [6]\n'


@pytest.fixture
def small(monkeypatch):
    """A machine with one MiB left."""
    monkeypatch.setattr(limits, "memory_there", lambda: 1 << 20)
    monkeypatch.setattr("nndoctor.data.reading.opening.memory_there", lambda: 1 << 20)


def test_there_is_memory_and_less_of_it_under_a_limit():
    assert 0 < limits.memory_there() <= limits.UNKNOWN
    limits.refuse_beyond(1, "a byte", "")
    with pytest.raises(TooLarge, match=r"it needs 1\.07e\+09 GiB, .* GiB are available") as raised:
        limits.refuse_beyond(1 << 60, "it", "less of it")
    assert raised.value.mistakes[0].hint == "less of it"


def test_a_network_that_cannot_fit(small):
    assert made("model.hidden=[20]")
    with pytest.raises(TooLarge, match=r"a network of .* parameters under adam needs"):
        made("model.hidden=[1000]")
    with pytest.raises(TooLarge, match="under bfgs"):
        made("model.hidden=[100]", "optimizer.name=bfgs")


def test_a_made_up_table_that_cannot_fit():
    with pytest.raises(TooLarge, match="a table of 1000000000 x 1000000 needs"):
        generate("gaussian", n=10**9, d=10**6)


def test_a_run_of_a_billion_epochs_costs_nothing_before_it_starts():
    plan = blueprint(made("training.epochs=1000000000", "schedule.name=cosine"))
    assert plan.updates == 6 * 10**9
    assert plan.rate == pytest.approx(0.01)
    assert plan.factors[0] == 1
    assert plan.factors[-1] < 1e-6


@pytest.mark.parametrize("peak", [0.1, 0.3, 0.9])
def test_the_highest_rate_of_a_long_run_is_found(peak):
    changes = "schedule.name=one_cycle", f"schedule.peak_at={peak}", "training.epochs=1000000"
    assert blueprint(made(*changes)).rate == pytest.approx(0.01, rel=1e-6)


def test_a_table_packed_a_thousandfold(tmp_path, small):
    rows = b"a,b,y\n" + b"1,2,0\n3,4,1\n" * 200_000
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(rows))
    with zipfile.ZipFile(tmp_path / "rows.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", rows)
    np.savez_compressed(tmp_path / "rows.npz", X=np.zeros((1000, 1000)), y=np.zeros(1000))
    for name in ("rows.csv.gz", "rows.zip", "rows.npz"):
        with pytest.raises(TooLarge, match=f"{name} once unpacked needs"):
            read(tmp_path / name, "y")
    with pytest.raises(TooLarge, match="once unpacked"):
        load_model(tmp_path / "rows.npz")


def header(shape, dtype="<f8", more=""):
    """The start of an NPY file that promises this."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, {more}}}"
    text += " " * (118 - len(text) - 1) + "\n"
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    "content",
    [
        header("(-1, 3)"),
        header("(1099511627776, 1099511627776)"),
        header("(2000000000000, 3)"),
        header("(2, 3", more="("),
        header("(2, 3)", "<U0"),
        header("(2, 3)", "nope"),
        header("'ab'"),
        header("(2, 3)", more="'x': [[[" + "[" * 40),
    ],
)
def test_headers_of_npy_files(tmp_path, content):
    (tmp_path / "rows.npy").write_bytes(content + bytes(48))
    with pytest.raises(NNDoctorError, match=r"corrupt header|needs .* GiB|cut short") as raised:
        read(tmp_path / "rows.npy", "-1")
    assert raised.value.mistakes[0].hint


@pytest.mark.parametrize(
    "line",
    [
        "title = " + "9" * 5000,
        "title = 0x" + "f" * 5000,
        "title = " + "[" * 5000 + "]" * 5000,
        "title = " + "[" * 400 + "]" * 400,
        "x" + ".x" * 5000 + " = 1",
    ],
)
def test_recipes_of_odd_sizes(line):
    with pytest.raises(RecipeError):
        loads(f"{line}\n{BODY}")


@pytest.mark.parametrize(
    "change",
    [
        "training.epochs=1000000001",
        "training.batch_size=10000000000",
        "model.hidden=[1000001]",
        f"model.hidden={[1] * 1001}",
        "training.ensemble.runs=1001",
        "data.n=9223372036854775807",
        "training.accumulate=9999999999",
        "training.seed=9223372036854775808",
    ],
)
def test_upper_bounds(change):
    with pytest.raises(RecipeError, match=r"can't be|entries|digits") as raised:
        loads(BODY, overrides=[change])
    assert raised.value.mistakes[0].hint


def test_numbers_that_python_cannot_print_in_json(tmp_path):
    for text in ('[{"a": ' + "9" * 5000 + "}]", "[" * 5000 + "]" * 5000):
        (tmp_path / "rows.json").write_text(text, encoding="utf-8")
        with pytest.raises(DataError):
            read(tmp_path / "rows.json", "a")


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    pipe, loop = tmp_path / "pipe.toml", tmp_path / "loop.toml"
    for path in (pipe, loop, "/dev/zero", "x" * 300 + ".toml"):
        for use in (open_setup, load_model):
            with pytest.raises(
                DataError, match=r"not a regular file|no path|is a recipe|no file"
            ) as raised:
                use(path)
            assert raised.value.mistakes[0].hint


def test_the_home_of_nobody():
    with pytest.raises(DataError, match=r"~nobody-here/x\.csv: .*home") as raised:
        made(text='[data]\npath = "~nobody-here/x.csv"\ntarget = "y"\n[model]\nhidden = []\n')
    assert raised.value.mistakes[0].hint


def test_feather_whose_offsets_lead_anywhere(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import feather

    file, columns = io.BytesIO(), {"a": ["red", "green"] * 20, "y": [0, 1] * 20}
    feather.write_feather(pyarrow.table(columns), file, compression="uncompressed")
    whole = file.getvalue()
    at = whole.index(np.cumsum([0, 3, 5, 3], dtype="<i4").tobytes())
    for value in (b"\xff\xff\xff\x7f", b"\x80\x80\x80\x80", b"\0\0\0\x10"):
        (tmp_path / "rows.feather").write_bytes(whole[: at + 4] + value + whole[at + 8 :])
        with pytest.raises(DataError, match="no readable Feather file"):
            read(tmp_path / "rows.feather", "y")


def test_a_matlab_file_that_kills_its_reader(tmp_path):
    from scipy.io import savemat

    path = tmp_path / "rows.mat"
    savemat(path, {"a": np.arange(40.0), "y": np.arange(40.0) % 2})
    whole = path.read_bytes()
    double, size = (9).to_bytes(4, "little"), (320).to_bytes(4, "little")
    assert double + size in whole
    path.write_bytes(whole.replace(double + size, b"\x09\x7e\0\0" + size))
    with pytest.raises(DataError, match=r"rows\.mat is (damaged: reading it crashes|no readable)"):
        read(path, "y")


def test_cycles_are_looked_for_seldom_and_still_found():
    before, on = gc.get_threshold(), gc.isenabled()
    try:
        gc.set_threshold(700, 10, 10)  # commands that ran before have set it already
        limits.seldom_collected()
        assert gc.isenabled() is on
        assert 700 < gc.get_threshold()[0] < 1_000_000  # 0 would be never
    finally:
        gc.set_threshold(*before)
