"""ND102: does a column say the same in every row?"""

from dataclasses import dataclass

from ...findings import Finding, Status, Where
from ..measures.raw_table import RawTable
from .data_check import DataCheck, counted, named


@dataclass(frozen=True)
class ConstantColumns(DataCheck):
    """## What it does
    Looks for columns with a single value in all training rows, missing cells aside, or with none.

    ## Why it matters
    A constant column carries no information. Unscaled it acts as a second bias; if large, it makes
    the loss badly conditioned. Many of them often mean that the wrong file or columns were read.

    ## What to do
    Leave them out. If most columns are constant, look at how the table was made.

    ## Source
    Breck et al. 2019, Data Validation for Machine Learning, MLSys: features without variation.
    One in two is our choice of "most".
    """

    code: str = "ND102"
    name: str = "constant-columns"

    most: float = 0.5  # share of the columns

    def measure(self, table: RawTable) -> tuple[tuple[str, ...], int]:
        """The names of constant columns, and how many columns the file has."""
        same = [p.distinct <= 1 and not p.infinite for p in table.profiles]
        constant = (name for name, at in table.inputs_of.items() if all(same[j] for j in at))
        return tuple(constant), len(table.inputs_of)

    def judge(self, seen: tuple[tuple[str, ...], int]) -> Finding:
        """A note, for edges of images and rare words are constant in sound data; not if most are.

        A network whose every input is constant can't tell rows apart.
        """
        constant, count = seen
        share = len(constant) / count
        if not constant:
            told = f"no constant column among {count}"
            return self.finding(Status.OK, told, measured=0.0)
        status = Status.NOTE if share <= self.most else Status.WARNING
        status = Status.ERROR if len(constant) == count else status
        return self.finding(
            status,
            f"{counted(len(constant), 'column')} of {count} with one value in every row: "
            f"{named(constant)}",
            measured=share,
            expected=0.0,
            threshold=f"a warning above {self.most:.0%} of the columns, an error if all",
            source="a column without variation carries no information",
            where=Where(column=constant[0]),
            suggests=("constant_features",),
            advice="leave them out",
        )
