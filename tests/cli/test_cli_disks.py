"""Disks that are full and folders that can't be written, as file systems of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nndoctor.training import load_checkpoint

from .conftest import SPIRAL

OWN = ("unshare", "--map-root-user", "--mount")
FULL = "mount -t tmpfs -o size=256k tmpfs {0}"
CLOSED = "mount --bind {0} {0} && mount -o remount,ro,bind {0}"

# Several commands in one process; "fill" takes all the room that there is, "free" gives it back.
COMMANDS = """
import sys
from contextlib import suppress
from pathlib import Path
from nndoctor.__main__ import main
for words in sys.argv[1:]:
    sys.argv = ["nndoctor", *words.split("|")]
    if words == "free":
        Path("filler").unlink()
        continue
    if words == "fill":
        with suppress(OSError), open("filler", "wb", buffering=0) as file:
            while file.write(bytes(1024)):
                pass
        continue
    try:
        main()
    except SystemExit as ended:
        print("exit", ended.code or 0, file=sys.stderr)
"""


def mounts() -> bool:
    """Whether a process may have file systems of its own here."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    return (
        subprocess.run([*OWN, "sh", "-c", FULL.format("/mnt")], capture_output=True).returncode == 0
    )


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not mounts(), reason="no file system may be mounted here"),
]


@pytest.fixture
def place(tmp_path):
    """Where it is mounted; what was left there comes to lie in `left` beside it."""
    made = tmp_path / "here"
    made.mkdir()
    return made


def said(place: Path, mount: str, *commands: tuple[object, ...]) -> tuple[list[int], list[str]]:
    """Exit codes and errors of commands in such a place."""
    script = f'{mount.format(place)} && cd {place} && "$@"; cp -r . {place.parent}/left'
    words = ["|".join(map(str, command)) for command in commands]
    done = subprocess.run(
        [*OWN, "sh", "-c", script, "sh", sys.executable, "-c", COMMANDS, *words],
        capture_output=True,
        text=True,
        timeout=300,
    )
    lines = done.stderr.splitlines()
    codes = [int(line.split()[1]) for line in lines if line.startswith("exit ")]
    return codes, [line for line in lines if line.startswith("error: ")]


def train(epochs: int, *more: object) -> tuple[object, ...]:
    return ("train", SPIRAL, "--set", f"training.epochs={epochs}", "-q", *more)


def test_a_full_disk_keeps_what_was_there(place):
    writing = {
        "net.npz": train(4, "--save", "net.npz", "--force"),
        "new.npz": train(4, "--save", "new.npz"),
        "e.jsonl": train(4, "--events", "e.jsonl"),
        "run/recipe.toml": train(4, "--run", "run"),
        "page.html": ("check-loss", SPIRAL, "-q", "--html", "page.html"),
        "r.toml": ("check-loss", SPIRAL, "-q", "--save-recipe", "r.toml"),
        "a.csv": (
            "predict",
            "net.npz",
            SPIRAL.parents[1] / "sample_data/spiral.csv",
            "--out",
            "a.csv",
        ),
    }
    codes, errors = said(place, FULL, train(3, "--save", "net.npz"), ("fill",), *writing.values())
    assert codes == [0, *[2] * len(writing)]
    full = "can't be written: No space left on device"
    assert errors == [f"error: {name} {full}" for name in writing]
    left = place.parent / "left"
    files = {str(path.relative_to(left)) for path in left.rglob("*") if path.is_file()}
    assert files - {"e.jsonl"} == {"filler", "net.npz"}
    assert len(load_checkpoint(left / "net.npz").progress.epochs) == 1 + 3


def test_once_there_is_room_again_the_same_commands_work(place):
    save, study = train(3, "--save", "net.npz"), ("search", SPIRAL, "-q", "--trials", "3")
    study = (*study, "--set", "training.epochs=3", "--stages", "1", "--study", "s.journal")
    codes, errors = said(place, FULL, ("fill",), save, study, ("free",), save, (*study, "--resume"))
    assert codes == [2, 2, 0, 0]
    assert all("No space left on device" in error for error in errors)
    assert sorted(path.name for path in (place.parent / "left").iterdir()) == [
        "net.npz",
        "s.journal",
    ]


def test_a_closed_folder_is_refused_before_anything_runs(place):
    (place / "net.npz").write_bytes(b"earlier")
    writing = {
        "net.npz": train(10**9, "--save", "net.npz", "--force"),
        "e.jsonl": train(10**9, "--events", "e.jsonl"),
        "run": train(10**9, "--run", "run"),
        "runs": train(10**9, "--runs", "runs"),
        "page.html": ("checkup", SPIRAL, "--html", "page.html"),
        "plots": ("checkup", SPIRAL, "--save-plots", "plots"),
        "s.journal": ("search", SPIRAL, "--study", "s.journal"),
        "searches/": ("search", SPIRAL),
        "i.toml": ("init", "--out", "i.toml"),
    }
    codes, errors = said(place, CLOSED, *writing.values())
    assert codes == [2] * len(writing)
    assert all(name in error for name, error in zip(writing, errors, strict=True))
    assert all("ead-only" in error for error in errors)
    assert [path.name for path in (place.parent / "left").iterdir()] == ["net.npz"]
