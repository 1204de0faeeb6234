"""A set-up out of a Python file: `train.py:setup` on the command line, and what can go wrong."""

import json

import pytest

torch = pytest.importorskip("torch")

import nndoctor as nd  # noqa: E402
from nndoctor.api import load_setup, torch_template  # noqa: E402
from nndoctor.errors import UsageError  # noqa: E402
from nndoctor.findings import Status  # noqa: E402
from tests.cli.conftest import run as run  # noqa: E402


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "train.py"
    path.write_text(torch_template(), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "command",
    [("setup", "report"), ("check-loss",), ("updates",), ("activations", "report"), ("train",)],
)
def test_the_template_runs_and_is_healthy(run, script, command):
    said = run(*command, f"{script}:setup", "--format", "json")
    assert said.code == 0
    report = json.loads(said.out)
    assert not [f for f in report["findings"] if f["status"] in ("error", "broken")]


def test_what_the_file_prints_does_not_get_among_the_results(run, script):
    script.write_text(f"print('loading')\n{torch_template()}", encoding="utf-8")
    said = run("check-loss", script, "--format", "json")
    assert said.code == 0
    assert json.loads(said.out)["findings"]
    assert "loading" in said.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import torch\n1 / 0\n", ("ZeroDivisionError", "line 2", "1 / 0")),
        ("def setup(:\n", ("SyntaxError", "line 1")),
        ("import nothing_of_this_name\n", ("nothing_of_this_name",)),
        ("def make_setup():\n    pass\n", ("no function setup", "train.py:make_setup")),
        ("def other():\n    pass\n", ("no function setup", "nndoctor init --torch")),
        ("def setup():\n    pass\n", ("returns nothing", "nndoctor.torch.Setup")),
        ("def setup():\n    return {'model': 1, 'loss': 2}\n", ("without optimizer, train",)),
        ("def setup():\n    raise KeyError('x')\n", ("setup() raises", "line 2")),
        ("raise SystemExit(3)\n", ("SystemExit",)),
        (
            "raise ModuleNotFoundError('no module', name='torch')\n",
            ("needs PyTorch", 'pip install "nndoctor[torch]"'),
        ),
    ],
)
def test_what_goes_wrong_in_the_file_is_told_by_its_own_lines(
    run, script, text, words, monkeypatch
):
    monkeypatch.chdir(script.parent)
    script.write_text(text, encoding="utf-8")
    said = run("check-loss", f"{script}:setup")
    assert said.code == 2
    assert said.out == ""
    assert all(word in said.err for word in words)
    assert "Traceback" not in said.err
    assert "exec_module" not in said.err


@pytest.mark.parametrize(
    "more", [("--set", "model.init=zeros"), ("--target", "y"), ("--save-recipe", "x.toml")]
)
def test_options_of_recipes_are_refused(run, script, more):
    said = run("check-loss", script, *more)
    assert said.code == 2
    assert more[0] in said.err


def test_options_of_the_file_have_their_defaults(run, script):
    parsed = "import argparse\nasked = argparse.ArgumentParser()\nasked.add_argument('--lr')\n"
    text = f"{parsed}print(asked.parse_args().lr)\n{torch_template()}"
    script.write_text(text, encoding="utf-8")
    assert run("check-loss", script, "--no-progress").code == 0


def test_functions_of_python_take_the_file_too(script):
    report = nd.check_loss(script, seed=3)
    assert report.recipe.endswith("train.py")
    assert repr(report).startswith("<check-loss")
    with pytest.raises(UsageError, match="needs a recipe"):
        nd.search(script)


def test_rows_of_a_set_up_are_looked_at_as_a_table_is(run, script):
    said = run("data", "report", f"{script}:setup", "--format", "json")
    found = {one["code"]: one["status"] for one in json.loads(said.out)["findings"]}
    assert found["ND101"] == "ok"
    assert list(found.values()).count("skip") < len(found) / 2
    report = nd.data_report(nd.torch.Setup(**images(constant=5)))
    statuses = {one.code: one.status for one in report.findings}
    assert statuses["ND102"] is Status.NOTE
    told = nd.data_report(nd.torch.Setup(**tokens()))
    assert {one.status for one in told.findings} == {Status.SKIP}
    assert "no columns of numbers" in told.findings[0].message


def images(constant):
    """Small images, of which so many pixels never change."""
    x = torch.rand(60, 1, 5, 5)
    x.view(60, 25)[:, :constant] = 0.5
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(25, 2))
    return with_rows(model, x, torch.arange(60) % 2)


def tokens():
    model = torch.nn.Sequential(
        torch.nn.Embedding(9, 4), torch.nn.Flatten(), torch.nn.Linear(12, 2)
    )
    return with_rows(model, torch.randint(0, 9, (60, 3)), torch.arange(60) % 2)


def with_rows(model, x, y):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = torch.nn.CrossEntropyLoss()
    return {"model": model, "loss": loss, "optimizer": optimizer, "train": (x, y)}


def test_what_needs_a_recipe_says_so(run, script):
    assert run("treat", script, "--cause", "too_deep").code == 2  # layers are the module's
    assert run("activations", "report", script, "--compare-inits", "zeros").code == 2
    assert run("train", script, "--save", "x.npz").code == 2
    for command in ("weights", "search", "surface", "backprop", "compare optimizers"):
        said = run(*command.split(), f"{script}:setup")
        assert said.code == 2
        assert "needs a recipe" in said.err
        assert "bug" not in said.err
    with pytest.raises(UsageError, match="needs a recipe"):
        load_setup(script)
    assert run("check-loss", "nowhere.py:setup").code == 2


def test_runs_of_a_file_do_not_leave_this_machine(run, script):
    """Said before a scheduler is asked."""
    for command in ("checkup", "lr-sweep", "bias-variance", "search", "compare"):
        said = run(command, f"{script}:setup", "--scheduler", "tcp://127.0.0.1:1")
        assert said.code == 2
        assert f"--scheduler beside {script}:setup" in said.err


def test_a_checkup_of_a_sick_file_names_what_is_wrong(run, script):
    sick = torch_template().replace("nn.Linear(32, 2))", "nn.Linear(32, 2), nn.Softmax(dim=1))")
    script.write_text(sick, encoding="utf-8")
    said = run("checkup", f"{script}:setup", "--budget", "2")
    assert "softmax or sigmoid twice" in said.out
    assert "certain" in said.out
