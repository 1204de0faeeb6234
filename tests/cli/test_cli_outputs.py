"""Files that commands write: nothing of the user's is lost, and it is said what was written."""

import json

import numpy as np
import pytest

from nndoctor.training import load_checkpoint

from .conftest import SPIRAL

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

FEW = ("--set", "training.epochs=3")
SICK = """\
data = { generator = "moons", n = 120 }
model = { hidden = [4] }
optimizer = { name = "sgd", learning_rate = 300.0 }
training = { epochs = 20 }
"""


@pytest.fixture
def net(run, good, tmp_path):
    assert run("train", good, "--target", "y", *FEW, "--save", tmp_path / "net.npz").code == 0
    return tmp_path / "net.npz"


@pytest.fixture
def sick(tmp_path):
    path = tmp_path / "sick.toml"
    path.write_text(SICK, encoding="utf-8")
    return path


@pytest.fixture
def commands(good, net, sick):
    """Every option that writes a file, as a command that lacks only the place."""
    return {
        "--save": ("train", SPIRAL, *FEW, "--save"),
        "--save-recipe": ("check-loss", good, "--target", "y", "--save-recipe"),
        "--write": ("checkup", sick, "--budget", "1", "-j", "1", "--write"),
        "--out": ("predict", net, good, "--out"),
    }


ENDS = {"--save": ".npz", "--save-recipe": ".toml", "--write": ".toml", "--out": ".csv"}


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert [word for word in words if word not in said.err] == []
    assert "hint: " in said.err


@pytest.mark.parametrize("option", ENDS)
def test_what_is_there_stays_but_for_force(run, commands, option, tmp_path, monkeypatch):
    path = tmp_path / f"precious{ENDS[option]}"
    path.write_bytes(b"precious")
    with monkeypatch.context() as patch:
        for name in ("training.fit", "predicting.load_model", "diagnosing.examine"):
            patch.setattr(f"nndoctor.api.{name}", None, raising=name != "diagnosing.examine")
        refused(run(*commands[option], path), f"{path} is there already", "--force")
    assert path.read_bytes() == b"precious"
    said = run(*commands[option], path, "--force")
    assert said.code in (0, 1)
    assert f"wrote {path}\n" in said.err
    assert path.read_bytes() != b"precious"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize("option", ENDS)
def test_a_place_that_cannot_be_is_refused(run, commands, option, tmp_path):
    path = tmp_path / "no" / f"x{ENDS[option]}"
    refused(run(*commands[option], path), f"{path} can't be written", "there is no folder")


@pytest.mark.parametrize("option", ENDS)
def test_quietly_it_is_written_without_a_word(run, commands, option, tmp_path):
    path = tmp_path / f"x{ENDS[option]}"
    assert run(*commands[option], path, "-q").err == ""
    assert path.stat().st_size > 0


def test_no_command_writes_onto_what_it_reads(run, good, net, sick):
    before = {path: path.read_bytes() for path in (good, net, sick)}
    for arguments in (
        ("checkup", sick, "--write", sick),
        ("checkup", sick, "--save-recipe", sick),
        ("predict", net, good, "--out", good),
        ("predict", net, good, "--out", net),
    ):
        refused(run(*arguments), f"{arguments[-1]} is read by this command")
    assert {path: path.read_bytes() for path in before} == before


def test_data_are_no_place_for_a_network(run, tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, X=np.random.default_rng(0).normal(size=(40, 2)), y=np.arange(40) % 2)
    refused(run("train", path, *FEW, "--save", path), f"{path} is read by this command")


def test_a_run_goes_on_in_its_own_file(run, tmp_path):
    path, other = tmp_path / "net.npz", tmp_path / "other.npz"
    assert run("train", SPIRAL, *FEW, "--save", path).code == 0
    more = ("train", SPIRAL, "--set", "training.epochs=5", "--no-progress", "--resume", path)
    other.write_bytes(b"precious")
    refused(run(*more, "--save", other), "is there already")
    said = run(*more, "--save", path)
    assert (said.code, said.err) == (0, f"wrote {path}\n")
    assert len(load_checkpoint(path).progress.epochs) == 6


@pytest.mark.parametrize("end", ["completed", "early stopped", "full batch"])
def test_a_finished_run_is_told_again(run, tmp_path, end):
    path = tmp_path / "net.npz"
    changes = {
        "completed": FEW,
        "early stopped": (
            "--set",
            "training.early_stopping.patience=1",
            "--set",
            "training.early_stopping.min_delta=9.0",
        ),
        "full batch": ("--set", "optimizer.name=lbfgs", *FEW),
    }[end]
    command = ("train", SPIRAL, *changes, "--no-progress", "--format", "json", "--save", path)
    first = run(*command)
    before = path.read_bytes()
    again = run(*command, "--resume", path)
    assert (first.code, again.code, again.err) == (0, 0, "")
    told, retold = json.loads(first.out), json.loads(again.out)
    (remark,) = set(retold.pop("words")) - set(told.pop("words"))
    assert remark.startswith(f"{path} has nothing left to do, ")
    assert ("training.epochs" in remark) == (end == "completed")
    assert retold == told
    assert path.read_bytes() == before
    assert run("train", SPIRAL, *changes, "--resume", path, "--save", tmp_path / "b.npz").code == 0
    assert load_checkpoint(tmp_path / "b.npz").ending is load_checkpoint(path).ending


def test_figures_of_a_report_are_written(run, good, tmp_path):
    folder = tmp_path / "plots"
    command = ("activations", "report", good, "--target", "y", "--save-plots", folder)
    said = run(*command)
    (figure,) = folder.iterdir()
    assert (said.code, figure.suffix) == (0, ".svg")
    assert f"wrote {figure}\n" in said.err
    refused(run(*command), f"{folder} holds files already", "--force")
    assert run(*command, "--force", "--plot-format", "png").code == 0
    assert {one.suffix for one in folder.iterdir()} == {".svg", ".png"}
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_no_folder_is_made_where_there_is_nothing_to_draw(run, good, tmp_path):
    said = run("check-loss", good, "--target", "y", "--save-plots", tmp_path / "plots")
    assert (said.code, (tmp_path / "plots").exists()) == (0, False)
    assert "nothing to draw" in said.err


def test_quiet_beside_verbose_is_refused(run, commands):
    refused(run("check-loss", "recipe.toml", "--quiet", "--verbose"), "--quiet beside --verbose")
