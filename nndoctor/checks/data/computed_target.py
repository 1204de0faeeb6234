"""ND121: can the target be computed from a few columns?"""

from dataclasses import dataclass

import numpy as np

from ...findings import Finding, Status, Table, Where
from ...trainable import Array
from ..measures.least_squares import unit
from ..measures.raw_table import RawTable
from .data_check import DataCheck, named

MOST_ROWS = 2000
MOST_STEPS = 6  # columns that are tried together, before those that are not needed are left out
GAPS = 0.2  # share of missing values from which on a column is not asked


@dataclass(frozen=True)
class Formula:
    """The fewest inputs whose sum with these weights is the target, nearly; all from one fit.

    `known`: the R^2 on the rows that were not fitted; `spare`: how many other columns there are.
    """

    target: str
    inputs: tuple[str, ...]
    columns: tuple[str, ...]
    weights: tuple[float, ...]
    constant: float
    known: float
    spare: int
    drawn: str = ""

    def __str__(self) -> str:
        """As one would write it: cnt = 1 casual + 1 registered."""
        terms = [
            f"{weight:.4g} {name}" for weight, name in zip(self.weights, self.inputs, strict=True)
        ]
        told = " + ".join(terms + [f"{self.constant:.4g}"] * bool(self.constant))
        return f"{self.target} = {told.replace('+ -', '- ')}"


@dataclass(frozen=True)
class ComputedTarget(DataCheck):
    """## What it does
    Looks for two to four columns whose weighted sum is the target: they are chosen one by one, each
    as the one that explains most of what is left, fitted on one half of the rows and scored on the
    other.

    ## Why it matters
    The parts of a total are known only together with the total. A network given them learns to add,
    reaches a perfect score, and is useless where the parts are not known yet.

    ## What to do
    Ask whether these columns are known when the target is predicted. If not, leave them out; if
    they are, no network is needed.

    ## Source
    Kaufman et al. 2012, Leakage in Data Mining, ACM TKDD 6. The choice of columns: orthogonal
    matching pursuit (Pati, Rezaiifar and Krishnaprasad 1993). An R^2 of 0.999: measured quantities
    leave more than a thousandth unexplained.
    """

    code: str = "ND121"
    name: str = "computed-target"

    known: float = 0.999
    few: int = 4  # columns; a law of many is no sum that someone made
    rows: int = 50

    def skips(self, table: RawTable) -> str:
        """Only a number can be computed, and only from several columns."""
        if table.kind != "regression" or table.train.y.shape[1] > 1:
            return "only a single number can be a sum of columns"
        if len(table.inputs_of) < 2:
            return "there is only one feature"
        y = table.train.y[np.isfinite(table.train.y)]
        if len(y) < self.rows:
            return f"{len(y)} rows are too few"
        return "" if np.ptp(y) > 0 else "the target has only one value"

    def measure(self, table: RawTable) -> Formula | None:
        """The shortest formula found; None where none of a few columns reaches what is asked."""
        sample = table.train.sample(MOST_ROWS, table.seed)
        there = np.isfinite(sample.x)
        asked = np.flatnonzero(there.mean(axis=0) > 1 - GAPS)
        whole = there[:, asked].all(axis=1) & np.isfinite(sample.y[:, 0])
        if whole.sum() < self.rows:
            return None
        x, y = sample.x[whole][:, asked].astype(np.float64), sample.y[whole, 0]
        halves = Halves.of(x, y, table.seed)
        chosen = halves.shortest(self.known)
        if not 2 <= len(chosen) <= self.few:
            return None
        weights, known = halves.fit(chosen)
        scale, size = halves.scale[chosen], float(np.abs(y).max())
        raw = weights[1:] / scale * size
        constant = float((weights[0] - (weights[1:] * halves.mean[chosen] / scale).sum()) * size)
        inputs = asked[chosen]
        origins = tuple(dict.fromkeys(table.origins[j] for j in inputs))
        return Formula(
            table.targets[0],
            tuple(table.columns[j] for j in inputs),
            origins,
            tuple(map(float, raw)),
            constant if abs(constant) > 0.01 * float(y.std()) else 0.0,
            known,
            len(table.inputs_of) - len(origins),
            table.drawn(len(table.train), len(sample)),
        )

    def judge(self, seen: Formula | None) -> Finding:
        """A warning where most columns are not needed; a note where all are, as in made-up data."""
        if seen is None or seen.known < self.known:
            return self.finding(
                Status.OK,
                f"the target is not a weighted sum of two to {self.few} columns",
                measured=0.0,
            )
        rows = tuple(zip(seen.inputs, seen.weights, strict=True))
        return self.finding(
            Status.WARNING if seen.spare else Status.NOTE,
            f"the target can be computed from {named(seen.columns, self.few)}: {seen} "
            f"(R^2 {seen.known:.4f} on rows not fitted): are they known when it is predicted?"
            + seen.drawn,
            measured=seen.known,
            threshold=f"an R^2 of {self.known:g} from at most {self.few} columns",
            source="Kaufman et al. 2012, Leakage in Data Mining",
            where=Where(column=seen.columns[0]),
            suggests=("data_leak",) if seen.spare else (),
            advice="leave them out if they are known only with the target",
            evidence=(Table("columns whose sum is the target", ("column", "times"), rows),),
        )


@dataclass(frozen=True)
class Halves:
    """Standardised columns and a target of size 1, one half of the rows to fit, one to judge."""

    x: Array
    y: Array
    mean: Array
    scale: Array
    half: Array

    @classmethod
    def of(cls, x: Array, y: Array, seed: int) -> "Halves":
        """Constant columns get a scale of infinity, and are 0."""
        with np.errstate(over="ignore", invalid="ignore"):
            mean, scale = x.mean(axis=0), x.std(axis=0)
        varies = np.isfinite(scale) & (scale > 1e-12 * np.abs(mean))
        mean, scale = np.where(varies, mean, 0.0), np.where(varies, scale, np.inf)
        rng = np.random.default_rng(np.random.SeedSequence([seed, len(y)]))
        half = rng.permutation(len(y)) < len(y) // 2
        return cls((x - mean) / scale, unit(y), mean, scale, half)

    def fit(self, chosen: list[int]) -> tuple[Array, float]:
        """The constant and the weights by least squares, and the R^2 on the other half."""
        z = np.column_stack([np.ones(len(self.y)), self.x[:, chosen]])
        weights = np.linalg.lstsq(z[self.half], self.y[self.half], rcond=None)[0]
        left = (self.y - z @ weights)[~self.half]
        spread = ((self.y[~self.half] - self.y[self.half].mean()) ** 2).sum()
        return weights, float(1 - (left**2).sum() / spread) if spread > 0 else 0.0

    def shortest(self, known: float) -> list[int]:
        """The columns of a fit that reaches `known`, without any that it can spare; else none."""
        chosen: list[int] = []
        left = self.y - self.y[self.half].mean()
        for _ in range(min(MOST_STEPS, self.x.shape[1])):
            gains = np.abs(left[self.half] @ self.x[self.half])
            gains[chosen] = -1.0
            chosen.append(int(gains.argmax()))
            weights, reached = self.fit(chosen)
            if reached >= known:
                return self._needed(chosen, known)
            left = self.y - weights[0] - self.x[:, chosen] @ weights[1:]
        return []

    def _needed(self, chosen: list[int], known: float) -> list[int]:
        for column in tuple(chosen):
            fewer = [other for other in chosen if other != column]
            if fewer and self.fit(fewer)[1] >= known:
                chosen = fewer
        return chosen
