"""ND117: are there more parameters than rows?"""

from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.raw_table import RawTable
from .data_check import DataCheck


@dataclass(frozen=True)
class ParameterCount(DataCheck):
    """## What it does
    Compares the number of the network's parameters with the number of training targets: rows times
    outputs.

    ## Why it matters
    With more parameters than rows a network can memorise the rows. That is common and often
    harmless, but then only held-out rows show whether it learned more than that.

    ## What to do
    Keep rows for validation and watch the gap to the training score; if it grows, use weight decay,
    dropout or a smaller network.

    ## Source
    Zhang et al. 2017, Understanding Deep Learning Requires Rethinking Generalization,
    arXiv 1611.03530: 2 n + d weights suffice to fit any labels of n rows.
    """

    code: str = "ND117"
    name: str = "parameters-exceed-rows"

    ratio: float = 1.0

    def skips(self, table: RawTable) -> str:
        """The parameters are those of the recipe's network."""
        return "" if table.prepared is not None else table.unprepared

    def measure(self, table: RawTable) -> tuple[int, int]:
        """Parameters, and rows times targets."""
        assert table.answers is not None
        return table.parameters, table.answers.size

    def judge(self, seen: tuple[int, int]) -> Finding:
        """A note only: many sound networks are so."""
        parameters, values = seen
        ratio = parameters / values
        few = ratio <= self.ratio
        return self.finding(
            Status.OK if few else Status.NOTE,
            f"{parameters} parameters for {values} training targets",
            measured=ratio,
            threshold=f"up to {self.ratio:g} parameters per target, else a note",
            source="Zhang et al. 2017, arXiv 1611.03530",
            suggests=() if few else ("too_little_data",),
            advice="" if few else "keep validation rows and watch the gap to the training score",
        )
