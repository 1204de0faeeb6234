"""Recipes that come with nndoctor: shown, copied, examined one after the other."""

from dataclasses import replace
from pathlib import Path

from ..diagnosis.diagnosis import DiagnosisReport
from ..findings import Table
from ..outputs import claimed, write_text
from ..patients import ORDER, PATIENTS, patient
from ..setup import Setup
from ..watch import Watch
from .common import SILENT, load_setup
from .diagnosing import checkup, checkup_report

DEMO_BUDGET = 15.0  # seconds: small set-ups that say what is wrong with them soon


def list_recipes() -> Table:
    """What comes with nndoctor."""
    rows = tuple((one.name, one.title, one.story) for one in PATIENTS.values())
    return Table("recipes", ("name", "what it shows", "what one sees"), rows)


def copy_recipe(name: str, path: Path | None = None, force: bool = False) -> tuple[Path, ...]:
    """Copies one, and its data beside it; answers with the files.

    Raises UsageError where there is none of this name, and where files are there already.
    """
    chosen = patient(name)
    path = Path(f"{name}.toml") if path is None else path
    data = chosen.data
    beside = None if data is None else path.with_name(data.name)
    with claimed(path, force=force), claimed(beside, force=force):
        if data is not None and beside is not None:
            write_text(beside, data.read_text(encoding="utf-8"))
        write_text(path, chosen.text)
    return (path,) if beside is None else (path, beside)


def demo(
    name: str = ORDER[0],
    setup: Setup | None = None,
    watch: Watch = SILENT,
    *,
    budget: float = DEMO_BUDGET,
    jobs: int = 1,
) -> DiagnosisReport:
    """The check-up of a recipe that comes with nndoctor; `setup`: it was opened already."""
    setup = load_setup(patient(name).path) if setup is None else setup
    told = checkup(setup, watch, budget=budget, jobs=jobs)
    following = ORDER[ORDER.index(name) + 1 :]
    step = f"nndoctor demo {following[0]}" if following else "nndoctor init"
    return replace(checkup_report(setup, told), next_step=step)
