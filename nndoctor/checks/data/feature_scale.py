"""ND104: are the inputs of a size that the network can start from?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.raw_table import RawTable
from .data_check import DataCheck, named

MOST_ROWS = 100_000  # moments are known well enough from these


@dataclass(frozen=True)
class Scales:
    """Mean and standard deviation by column [D] as the network gets them; which are not 0/1 [D]."""

    names: tuple[str, ...]
    mean: Array
    std: Array
    graded: Array
    scaling: str

    @property
    def rms(self) -> Array:
        """The root mean square by column [D]."""
        return np.asarray(np.hypot(self.mean, self.std))


@dataclass(frozen=True)
class FeatureScale(DataCheck):
    """## What it does
    Looks at the inputs as the network gets them, after the recipe's own scaling: columns far above
    1, columns of very different spread, columns far from 0, and columns so small that they were
    probably scaled twice.

    ## Why it matters
    He and Glorot initialisation expect inputs of mean square 1. Inputs of root mean square r make
    the first layer's outputs r times and its curvature r^2 times as large, so the largest usable
    learning rate falls with r^2. Inputs near 0 hardly affect the network. Where the scales of
    columns differ, no single learning rate suits all weights.

    ## What to do
    data.preprocess.features = "standardize". If the file is scaled already, don't divide again.

    ## Source
    LeCun et al. 1998, Efficient BackProp, section 4.3. Below 3: what sound tables have without
    scaling; 20: a learning rate 400 times smaller; 0.03: a tenth of that of values from 0 to 1.
    """

    code: str = "ND104"
    name: str = "feature-scale"

    noted: float = 3.0  # root mean square of a column
    large: float = 20.0
    tiny: float = 0.03  # median standard deviation of the columns that are not 0/1
    ratio: float = 100.0  # largest to smallest standard deviation, by peers
    offset: float = 3.0  # mean over standard deviation

    def skips(self, table: RawTable) -> str:
        """Judged on what the network gets."""
        return "" if table.prepared is not None else table.unprepared

    def measure(self, table: RawTable) -> Scales:
        """Moments of the prepared training rows."""
        assert table.prepared is not None
        x = table.prepared.sample(MOST_ROWS).x.astype(np.float64)
        graded = ~((x == x.min(axis=0)) | (x == x.max(axis=0))).all(axis=0)
        with np.errstate(over="ignore", invalid="ignore"):
            return Scales(table.origins, x.mean(axis=0), x.std(axis=0), graded, table.scaling)

    def judge(self, seen: Scales) -> Finding:
        """A warning where it harms: too large or too small; a note where it only slows."""
        rms, largest = seen.rms, int(np.argmax(seen.rms))
        varied = seen.std[seen.graded & (seen.std > 0)]
        middle = float(np.median(varied)) if len(varied) else 1.0
        with np.errstate(invalid="ignore"):  # infinity over infinity: told by its size
            ratio = float(varied.max() / varied.min()) if len(varied) else 1.0
        away = np.flatnonzero(seen.graded & (np.abs(seen.mean) > self.offset * seen.std))
        top = float(rms[largest])
        suggests: tuple[str, ...] = ("input_not_normalised",)
        if not top <= self.large:
            status = Status.WARNING
            count = int((~(rms <= self.large)).sum())
            told = f"{count} of {len(rms)} inputs are too large, up to {top:.3g} in root mean"
            told += f" square ('{seen.names[largest]}')"
        elif not middle >= self.tiny:
            status, suggests = Status.WARNING, ("input_double_scaled",)
            told = f"inputs hardly vary (median standard deviation {middle:.2g}): scaled twice?"
        elif top > self.noted:
            status = Status.NOTE
            told = f"the largest input has a root mean square of {top:.3g}; near 1 is best"
        elif ratio > self.ratio:
            status = Status.NOTE
            told = f"standard deviations of the inputs differ by a factor of {ratio:.3g}"
        elif len(away):
            status = Status.NOTE
            told = f"the means of inputs are far from 0: {named([seen.names[j] for j in away])}"
        else:
            status, suggests = Status.OK, ()
            least, most = f"{rms.min():.3g}", f"{top:.3g}"
            told = f"inputs have root mean squares of {least} to {most}"
            if least == most:
                told = f"all inputs have a root mean square of {most}"
        return self.finding(
            status,
            told,
            measured=top if suggests != ("input_double_scaled",) else middle,
            expected=1.0,
            threshold=f"root mean square up to {self.noted:g}, a warning above {self.large:g}; "
            f"median deviation from {self.tiny:g} on",
            source="LeCun et al. 1998, Efficient BackProp, section 4.3",
            where=Where(column=seen.names[largest]) if status is not Status.OK else Where(),
            suggests=suggests,
            advice=_advice(suggests, seen.scaling),
            evidence=() if status is Status.OK else (_table(seen),),
        )


def _advice(suggests: tuple[str, ...], scaling: str) -> str:
    if not suggests:
        return ""
    if suggests == ("input_double_scaled",):
        return "scale once: either in the file or in the recipe"
    if scaling == "standardize":
        return "the inputs are standardised already: check for outliers"
    return 'set data.preprocess.features = "standardize"'


def _table(seen: Scales) -> Table:
    order = np.argsort(-np.abs(np.log(np.maximum(seen.rms, 1e-12))), kind="stable")[:20]
    rows = tuple(
        (seen.names[j], float(seen.mean[j]), float(seen.std[j]), float(seen.rms[j])) for j in order
    )
    more = len(seen.names) - len(rows)
    caption = "as the network receives them" + f"; {more} more left out" * (more > 0)
    return Table("scale of the inputs", ("column", "mean", "std", "rms"), rows, caption)
