"""Writes docs/proof.md: how often each check fires on the sick, and on the healthy.

`python -m tools.make_proof [--seeds 10] [--jobs 2] [--healthy FOLDER]`. A sick recipe says in its
first line which check it shows, `# ND106: ...`, and then how, `# See it: nndoctor COMMAND ...`.
"""

import argparse
import json
import multiprocessing
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from nndoctor import api
from nndoctor.catalogue import entries
from nndoctor.findings import Report, Status

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "proof.md"
SICK = ROOT / "recipes" / "sick"
HEALTHY = ("breast-cancer", "diabetes", "digits", "lecture-relu-he", "spiral")
SHOWN = re.compile(r"# (ND\d{3}): .*\n(?:#.*\n)*?# See it: nndoctor (.+?) recipes/sick/.*")
HEAD = """\
# Do the checks tell the sick from the healthy?

Each sick recipe of `recipes/sick/` has one disease; on the healthy ones nothing may be reported.
"fires": how many runs on its sick recipes got the finding (a note counts where a note is all it
gives), over {seeds} seeds each. "false alarms": how many runs on {healthy} healthy set-ups got a
warning or an error. One of them, lecture-relu-he, has random labels on purpose: ND404 says so, and
is right. "-": no run here can get the finding; those of a program of one's own (ND801 to ND813) are
tried on sick and healthy programs by the tests.

<!-- written by `python -m tools.make_proof` -->

"""
Job = tuple[str, str, str, int]  # kind, command, path, seed
COMMANDS: dict[str, Callable[[Path, int], Report]] = {
    "data report": lambda path, seed: api.data_report(api.load_data(path, seed=seed)),
    "setup report": lambda path, seed: api.setup_report(api.load_setup(path, seed=seed)),
    "grad-check": lambda path, seed: api.grad_check(api.load_setup(path, seed=seed)),
    "check-loss": lambda path, seed: api.check_loss(api.load_setup(path, seed=seed)),
    "activations report": lambda path, seed: api.activations_report(
        api.load_setup(path, seed=seed), after=200
    ),
    "overfit-tiny": lambda path, seed: api.overfit_tiny(api.load_setup(path, seed=seed)),
    "lr-sweep": lambda path, seed: api.lr_sweep(api.load_setup(path, seed=seed)),
    "baselines": lambda path, seed: api.baselines(api.load_setup(path, seed=seed)),
    "capacity": lambda path, seed: api.capacity(api.load_setup(path, seed=seed)),
    "bias-variance": lambda path, seed: api.bias_variance(
        api.load_setup(path, seed=seed), target_error=0.0 if _wants_zero(path) else None
    ),
    "updates": lambda path, seed: api.updates_report(api.load_setup(path, seed=seed)),
    "dead-units": lambda path, seed: api.dead_units_report(api.load_setup(path, seed=seed)),
    "train": lambda path, seed: api.train(api.load_setup(path, seed=seed)),
}


def _wants_zero(path: Path) -> bool:
    return "--target-error 0" in path.read_text(encoding="utf-8")


def shown(path: Path) -> tuple[str, str]:
    """The code and the command that a sick recipe names."""
    found = SHOWN.match(path.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{path.name} does not say what it shows")
    command = found[2].partition(" --")[0]
    return found[1], command


def jobs(seeds: int, healthy: list[Path]) -> Iterator[Job]:
    """All runs: every sick recipe by its command, every healthy one by every command."""
    for path in sorted(SICK.rglob("*.toml")):
        yield from (("sick", shown(path)[1], str(path), seed) for seed in range(seeds))
    for command in COMMANDS:
        for path in healthy:
            yield from (("healthy", command, str(path), seed) for seed in range(seeds))


def examined(job: Job) -> tuple[Job, dict[str, Status]]:
    """The worst status of each code in one run."""
    _, command, path, seed = job
    told: dict[str, Status] = {}
    for finding in COMMANDS[command](Path(path), seed).findings:
        before = told.get(finding.code, Status.SKIP)
        told[finding.code] = max(before, finding.status, key=lambda status: status.severity)
    return job, told


def render(results: list[tuple[Job, dict[str, Status]]], seeds: int, healthy: int) -> str:
    """The whole page."""
    lines = ["| check | fires | false alarms |", "|---|---|---|"]
    for one in entries():
        sick = [
            told.get(one.code, Status.SKIP)
            for (kind, _, path, _), told in results
            if kind == "sick" and shown(Path(path))[0] == one.code
        ]
        well = [
            told[one.code]
            for (kind, _, _, _), told in results
            if kind == "healthy" and told.get(one.code, Status.SKIP) is not Status.SKIP
        ]
        fires = sum(status.severity >= Status.NOTE.severity for status in sick)
        alarms = sum(status.severity >= Status.WARNING.severity for status in well)
        lines.append(
            f"| {one.code} {one.name} | {_share(fires, len(sick))} | {_share(alarms, len(well))} |"
        )
    return HEAD.format(seeds=seeds, healthy=healthy) + "\n".join(lines) + "\n"


def _share(count: int, of: int) -> str:
    return f"{count} of {of}" if of else "-"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--healthy", type=Path, help="a folder of further cases, CASE/case.json")
    given = parser.parse_args()
    well = [ROOT / "recipes" / f"{name}.toml" for name in HEALTHY]
    if given.healthy is not None:
        cases = sorted(given.healthy.glob("*/case.json"))
        well += [case.with_name("recipe.toml") for case in cases if _is_healthy(case)]
    with multiprocessing.get_context("spawn").Pool(given.jobs) as pool:
        results = pool.map(examined, list(jobs(given.seeds, well)), chunksize=1)
    PAGE.write_text(render(results, given.seeds, len(well)), encoding="utf-8")


def _is_healthy(case: Path) -> bool:
    return bool(json.loads(case.read_text(encoding="utf-8"))["healthy"])


if __name__ == "__main__":
    main()
