"""The first contact: the welcome, what comes along, a recipe to begin with, help and completion."""

import re
import shlex
import tomllib

import pytest

from nndoctor.api import load_setup
from nndoctor.cli import completion
from nndoctor.cli.app import WELCOME
from nndoctor.cli.panels import PANELS
from nndoctor.patients import FOLDER, PATIENTS
from nndoctor.recipe import loads
from nndoctor.recipe.template import TEMPLATE
from nndoctor.spelling import close

from .conftest import SPIRAL

QUICK = ("--no-progress",)


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_command_of_the_welcome_runs_in_an_empty_folder(run, empty):
    assert list(empty.iterdir()) == []
    shown = run().out
    for command in WELCOME:
        assert command in shown
        quick = ("--budget", "0.1s") if command.split()[1] in ("demo", "checkup") else ()
        said = run(*shlex.split(command)[1:], *quick)
        assert said.code in (0, 1, 4), said.err


def test_the_demo_tells_its_story_and_leads_on(run, empty):
    said = run("demo", "healthy", "--budget", "0.1s", *QUICK)
    assert PATIENTS["healthy"].story in said.out
    assert said.out.splitlines()[-1] == "next: nndoctor init"
    assert "did you mean rate-too-high?" in run("demo", "rate-to-hihg").err


def test_the_story_of_a_demo_breaks_between_words(run, empty, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    story = run("demo", "healthy", "--budget", "0.1s", *QUICK).out.split("\n\n")[0]
    assert story.splitlines()[0] == "healthy: Nothing is wrong"


@pytest.mark.parametrize("name", PATIENTS)
def test_what_comes_along_can_be_opened_and_is_told_in_one_line(name):
    one = PATIENTS[name]
    load_setup(one.path)
    assert one.title
    assert re.fullmatch(r"# .+\.", one.text.splitlines()[0])
    assert one.data is None or one.data.parent == FOLDER


def test_nothing_lies_there_that_is_not_listed():
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(PATIENTS)


def test_a_copy_runs_and_replaces_nothing(run, empty):
    said = run("recipes", "copy", "raw-inputs", "mine.toml")
    assert said.out == "next: nndoctor checkup mine.toml\n"
    assert run("setup", "mine.toml").code in (0, 1)
    before = (empty / "mine.toml").read_text()
    assert run("recipes", "copy", "healthy", "mine.toml").code == 2
    assert (empty / "mine.toml").read_text() == before == run("recipes", "show", "raw-inputs").out


def test_every_key_of_the_template_is_one_that_runs():
    assert loads(TEMPLATE).data.generator == "spiral"
    lines = TEMPLATE.splitlines()
    for at, line in enumerate(lines):
        if re.match(r"# [a-z_0-9]+ = ", line) and "patience" not in line:
            loads("\n".join([*lines[:at], line[2:], *lines[at + 1 :]]))
    text = re.sub(r"^# (\[training.early|patience)", r"\1", TEMPLATE, flags=re.MULTILINE)
    assert loads(text).training.early_stopping.patience == 10


def test_a_recipe_for_a_table_is_the_default_one_with_its_columns(run, empty, table):
    table("city,size,price", *(f"{'ABC'[i % 3]},{i * 7 % 13},{i % 11 / 3}" for i in range(60)))
    assert run("init", "data.csv", "--target", "price").out == "next: nndoctor checkup data.toml\n"
    text = (empty / "data.toml").read_text()
    assert load_setup("data.toml").recipe == load_setup("data.csv", "price").recipe
    assert '# city = "class"' in text
    changed = re.sub(r"^# (\[data.columns|city|size)", r"\1", text, flags=re.MULTILINE)
    assert dict(loads(changed).data.columns) == {"city": "class", "size": "code"}
    assert run("init", "data.csv", "--target", "price").code == 2
    assert (empty / "data.toml").read_text() == text


def test_init_names_the_whole_command_where_the_target_is_missing(run, good):
    said = run("init", good)
    assert said.code == 2
    assert f"nndoctor init {good} --target y" in said.err


def test_init_leaves_rows_without_a_target_out(run, tmp_path):
    data, recipe = tmp_path / "gaps.csv", tmp_path / "gaps.toml"
    data.write_text(
        "a,b,y\n" + "".join(f"{i},{i * 7 % 11},{i % 2}\n" for i in range(40)) + "1,2,\n"
    )
    said = run("init", data)
    assert said.err.rstrip().endswith(f"nndoctor init {data} --target y")
    assert run("init", data, "--target", "y", "--out", recipe).code == 0
    assert "drop_unlabelled = true  # rows" in recipe.read_text()
    assert run("check-loss", recipe).code == 0


def test_env_says_what_a_bug_report_needs(run):
    out = run("env").out
    for word in ("nndoctor", "numba", "processors", "compiled engine", "parquet"):
        assert word in out


@pytest.mark.parametrize("name", ["data", "setup", "activations"])
def test_a_group_goes_without_report(run, name):
    assert run(name, SPIRAL).out == run(name, "report", SPIRAL).out
    assert "report" in run(name, "--help").out


def test_help_lists_every_command_below_its_panel(run):
    out = run("--help").out
    for panel, commands in PANELS.items():
        assert panel in out
        assert all(re.search(rf"(?m)^  {name}  ", out) for name in commands)


def test_shells_complete_what_there_is():
    from tools.make_keys import keys

    assert completion.KEYS.read_text(encoding="utf-8") == keys(), "python -m tools.make_keys"
    assert ("optimizer.learning_rate=") in [word for word, _ in completion.SETTINGS("optimizer.l")]
    assert ("ND301", "initial-loss") in completion.CODES("ND30")
    assert "dead_relu" in [word for word, _ in completion.TREATABLE("dead")]
    assert [word for word, _ in completion.PATIENT_NAMES("raw")] == ["raw-inputs"]


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("adma", ("sgd", "adamax", "adam", "adamw"), "adam"),
        ("lr_too_high", ("dropout_too_high", "learning_rate_too_high"), "learning_rate_too_high"),
        ("Raw Input", ("rate-too-high", "raw-inputs"), "raw-inputs"),
    ],
)
def test_the_nearest_name(word, known, meant):
    assert close(word, known) == [meant]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("predict", SPIRAL, "x.csv"), f"nndoctor train {SPIRAL} --save spiral.npz"),
        (("evaluate", "data.csv", "x.csv"), "nndoctor predict MODEL.npz data.csv"),
        (("predict", "nte.npz", "data.csv"), "did you mean net.npz?"),
        (("checkup", "dtaa.csv"), "did you mean data.csv?"),
        (("checkup", "spirla.toml"), "no .toml file is there; nndoctor init writes one"),
    ],
)
def test_a_file_for_another_command_names_it(run, empty, good, arguments, told):
    (empty / "net.npz").touch()
    said = run(*arguments)
    assert said.code == 2
    assert told in said.err


def test_a_saved_network_leads_on_to_its_use_where_it_is_of_use(run, empty, table):
    table("a,b,y", *(f"{i % 13},{i * 7 % 11},{int(i % 13 > 6)}" for i in range(200)))
    for rate, following in (
        (1e-9, "nndoctor checkup "),
        (1e-2, "nndoctor predict net.npz data.csv"),
    ):
        changes = ("--set", f"optimizer.learning_rate={rate}", "--save", "net.npz", "--force")
        said = run("train", "data.csv", "--target", "y", *changes)
        assert said.out.splitlines()[-1].startswith(f"next: {following}"), said.out
    assert run("predict", "net.npz", "data.csv").code == 0
    for command in ("predict", "evaluate"):
        assert (
            f"hint: nndoctor {command} net.npz data.csv" in run(command, "data.csv", "net.npz").err
        )


@pytest.mark.parametrize(
    "command",
    [
        "check-loss",
        "overfit-tiny",
        "lr-sweep --count 3 --updates 4",
        "activations",
        "data",
        "updates --updates 4",
        "dead-units --after 4",
        "weights",
        "backprop --row 2",
        "grad-check",
        "setup",
        "baselines",
        "capacity --epochs 2",
        "train",
        "evaluate net.npz",
        "surface --steps 4",
    ],
)
def test_every_next_step_is_one_command_that_is_there(run, empty, good, command):
    name, *options = command.split()
    changes = ("--target", "y", "--set", "training.epochs=2")
    if name == "evaluate":
        run("train", good, *changes, "--save", "net.npz")
    takes = () if name == "surface" else (good,) if name == "evaluate" else (good, *changes)
    last = run(name, *options, *takes, *(() if name == "evaluate" else QUICK)).out.splitlines()[-1]
    if last.startswith("next: "):
        first, following, *_ = shlex.split(last.removeprefix("next: "))
        assert first == "nndoctor"
        assert following in {name for commands in PANELS.values() for name in commands}
    else:
        assert name == "evaluate"


def test_recipes_are_valid_toml():
    assert all(tomllib.loads(one.text)["title"] == one.title for one in PATIENTS.values())


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("checkup data.csv --target ", ["a", "b b", "y"]),
        ("checkup data.csv --target b", ["b b"]),
        ("train data.csv --group y", ["y"]),
        ("init data.csv --target a", ["a"]),
        ("checkup data.csv --drop a,", ["a,b b", "a,y"]),
        ("data data.csv --features a,y", ["a,y"]),
        ("checkup --target ", []),
        ("checkup nowhere.csv --target ", []),
        ("checkup numbers.csv --target ", []),
        ("checkup bytes.csv --target ", []),
        ("checkup . --target ", []),
    ],
)
def test_shells_complete_the_columns_of_the_file_that_is_named(
    run, empty, monkeypatch, typed, offered
):
    (empty / "data.csv").write_text("\ufeffa;b b;y\n1;2;3\n", encoding="utf-8")
    (empty / "numbers.csv").write_text("1,2,3\n4,5,6\n")
    (empty / "bytes.csv").write_bytes(b"a,\xff\xfe\0\n")
    monkeypatch.setenv("_NNDOCTOR_COMPLETE", "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"nndoctor {typed}")
    said = run()
    assert (said.out.split("\n")[:-1], said.err) == (offered or [""] * said.out.count("\n"), "")


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("surface valley", "nndoctor surface --function valley"),
        ("surface local_minimum", "nndoctor surface --function local-minimum"),
        ("data report data.csv --json", "did you mean --format json?"),
        ("checkup data.csv --group y --random", "did you mean --split random?"),
        ("surface rosenbrok", "did you mean nndoctor surface --function rosenbrock?"),
        ("checkup raw-inputs", "nndoctor demo raw-inputs"),
        ("train dead_relu", "nndoctor explain dead_relu"),
        ("checkup ND301", "nndoctor explain ND301"),
        ("causes lr_too_high", "nndoctor explain learning_rate_too_high"),
        ("recipes show nosuch", "nndoctor recipes lists them"),
        ("recipes nosuch", "nndoctor recipes lists them"),
        ("recipes rate-to-high", "did you mean rate-too-high"),
    ],
)
def test_a_name_of_something_else_leads_to_its_command(run, empty, typed, hint):
    said = run(*typed.split())
    assert said.code == 2
    assert said.out == ""
    assert f"hint: {hint}" in said.err
