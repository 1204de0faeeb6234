"""`nndoctor checkup`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import NNDoctorError
from ..outputs import claimed
from ..seconds import seconds_of
from .clusters import on_cluster
from .examine import examine
from .options import Common, Scheduler, with_common
from .stopping import Stoppable
from .streams import say

if TYPE_CHECKING:
    from ..diagnosis.diagnosis import Diagnosis
    from ..findings import Report
    from ..setup import Setup
    from ..watch import Watch


@with_common
def checkup(
    common: Common,
    budget: Annotated[str, typer.Option(metavar="60s", help="Seconds for experiments.")] = "60s",
    fast: Annotated[
        bool, typer.Option("--fast", help="Only suspected causes; nothing is trained.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FIXED.toml", help="Write the cured recipe.")
    ] = None,
    scheduler: Scheduler = None,
) -> None:
    """Why does it not train? Names the causes, proves them by retraining, and cures the recipe.

    nndoctor checkup sample_data/digits.csv --target digit

    nndoctor checkup recipes/sick/rate-far-too-high.toml --write fixed.toml

    nndoctor checkup train.py
    """
    from .. import api
    from ..setup import rows_claimed

    seconds, cure = seconds_of(budget), _Cure(write)

    def run(setup: "Setup", watch: "Watch") -> "Report":
        with rows_claimed(setup, write, common.force):
            told = api.checkup(setup, watch, budget=seconds, fast=fast, jobs=common.workers)
            return api.checkup_report(setup, told, cure.keep(setup, told, watch))

    inputs = [Path(common.source)]
    with Stoppable(), claimed(write, inputs, common.force), on_cluster(common.source, scheduler):
        examine(common, run, cure.complain)


@dataclass
class _Cure:
    """Writes the cured recipe before the report is drawn; what kept it from that is told after."""

    path: Path | None
    trouble: NNDoctorError | None = None
    missing: bool = False

    def keep(self, setup: "Setup", told: "Diagnosis", watch: "Watch") -> Path | None:
        from ..api import write_cured

        try:
            written = self.path is not None and write_cured(setup, told, self.path)
        except NNDoctorError as error:
            self.trouble = error
            return None
        self.missing = self.path is not None and not written
        if written:
            watch.wrote(self.path)
        return self.path if written else None

    def complain(self) -> None:
        if self.missing:
            say(f"{self.path} is not written: there is no change to write")
        if self.trouble is not None:
            raise self.trouble
