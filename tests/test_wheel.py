"""What a wheel, an editable installation and a source distribution hold, and the first run."""

import os
import runpy
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from nndoctor.engine.machine_code import shipment

from .engine.machine_code.processes import counted, machine_code

ROOT = Path(__file__).parents[1]

FIRST_RUNS = counted(
    """
import sys
from nndoctor.__main__ import main
for command in sys.argv[1:]:
    sys.argv = ["nndoctor", *command.split()]
    try:
        main()
    except SystemExit as ended:
        assert ended.code in (None, 0, 1), command
"""
)
RECIPES = counted(
    """
import sys
from functools import cache
from nndoctor.api import load_setup
from nndoctor.data import loading
from nndoctor.trainable import Plan
loading.read_file = cache(loading.read_file)  # many recipes have the same rows
for path in sys.argv[1:]:
    setup = load_setup(path, set=["data.missing=fill"])
    if not setup.trainable.full_batch:
        setup.trainable.fresh(0).train(setup.train.rows(slice(0, 4)), Plan(1))
"""
)
COMMANDS = (
    "checkup recipes/sick/rate-far-too-high.toml --set data.limit=600 --no-progress",
    "train recipes/diabetes.toml --no-progress",
    "lr-sweep recipes/digits.toml",
    "overfit-tiny recipes/breast-cancer.toml",
    "activations report recipes/lecture-tanh-small.toml --set data.n=100",
    "grad-check recipes/digits.toml",
    "train recipes/digits.toml --jobs 2 --no-progress --set training.epochs=1 "
    "--set model.hidden=[512,512] --set training.batch_size=256",  # idle cores help
)


def built(folder: Path, *what: str, **environment: str) -> Path:
    """The one file that building left in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", *what],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (file,) = folder.iterdir()
    return file


def wheel(folder: Path, **environment: str) -> Path:
    options = ("--no-build-isolation", "--no-deps", "--disable-pip-version-check")
    return built(folder, "pip", "wheel", ".", *options, "-w", str(folder), **environment)


@pytest.fixture
def made(tmp_path):
    """The wheel as it is built here; CI has built it already."""
    given = os.environ.get("NNDOCTOR_WHEEL")
    return Path(given) if given else wheel(tmp_path / "wheel")


def names_in(made: Path) -> list[str]:
    with zipfile.ZipFile(made) as archive:
        return archive.namelist()


def code_in(made: Path) -> list[str]:
    return [name for name in names_in(made) if name.endswith(".code")]


def run(home: Path, installed: Path, code: str, *arguments: str) -> int:
    """How many passes of the compiler these runs of the installed package took."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(installed), "NUMBA_CACHE_DIR": str(home)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return int(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.skipif(shipment.baseline() is None, reason="nothing is shipped for this processor")
def test_the_first_runs_of_an_installed_wheel_compile_nothing(tmp_path, made):
    assert not made.name.endswith("-none-any.whl")
    assert made.stat().st_size < 8e6
    folders = {name.rpartition("/")[0] for name in code_in(made)}
    stamp = shipment.stamp(shipment.baseline())
    assert folders == {f"nndoctor/engine/machine_code/shipped/{stamp}"}
    installed, home = tmp_path / "installed", tmp_path / "home"
    options = ("--no-deps", "--no-compile", "--quiet", "--target", str(installed))
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(made)], check=True)
    recipes = [str(path) for path in sorted((ROOT / "recipes").rglob("*.toml"))]
    assert run(home, installed, FIRST_RUNS, *COMMANDS) == 0
    assert run(home, installed, RECIPES, *recipes) == 0
    assert machine_code(home) == {}


@pytest.mark.slow
def test_without_a_compiler_a_wheel_for_any_platform_comes_out(tmp_path):
    (tmp_path / "numba.py").write_text("raise ImportError('no numba')")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    made = wheel(tmp_path / "wheel", PYTHONPATH=path)
    assert made.name.endswith("-py3-none-any.whl")
    assert {"nndoctor/py.typed", "nndoctor/patients/prices.csv"} <= set(names_in(made))
    assert code_in(made) == []


def test_an_editable_installation_gets_none():
    hook = runpy.run_path(str(ROOT / "hatch_build.py"))["MachineCode"]
    data: dict[str, object] = {}
    hook(str(ROOT), {}, None, None, "", "wheel").initialize("editable", data)
    assert data == {}


@pytest.mark.slow
def test_a_source_distribution_gets_none_but_can_make_it(tmp_path):
    folder = tmp_path / "source"
    source = built(folder, "hatchling", "build", "-t", "sdist", "-d", str(folder))
    with tarfile.open(source) as archive:
        names = archive.getnames()
    assert not [name for name in names if name.endswith(".code")]
    assert [name for name in names if name.endswith("/hatch_build.py")]
    assert [name for name in names if "/corpus/" in name] == []
