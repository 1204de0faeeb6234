"""ND218: does the batch suit the rows and the normalisation?"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...findings import Finding, Status
from ..measures.design import Design
from ..measures.unit_kinds import FULL_BATCH
from .setup_check import Fault, SetupCheck, listed


@dataclass(frozen=True)
class Batches:
    """Rows of an update and of an epoch; `normed`: layers under batch norm."""

    size: int
    rows: int
    epochs: int
    normed: tuple[str, ...]

    @property
    def last(self) -> int:
        """Rows of an epoch's last batch."""
        return self.rows % self.size or self.size


@dataclass(frozen=True)
class BatchSize(SetupCheck):
    """## What it does
    Compares the batch with the training rows, and with what batch norm needs.

    ## Why it matters
    Batch norm takes mean and variance from the batch. One row has no variance: each unit outputs
    its beta whatever the input, and nothing is learned. Two or three rows give statistics that
    are mostly noise, and a different network at test time. The same holds for the rows left over in
    the last batch of an epoch; PyTorch stops with an error if that is a single row. A batch of all
    rows makes one update per epoch, so that many epochs are few updates.

    ## What to do
    batch_size = 16 to 128, such that no single row is left over; layer_norm = true where batches
    have to be small.

    ## Source
    Ioffe and Szegedy 2015, arXiv 1502.03167; Wu and He 2018, Group Normalization, arXiv
    1803.08494, figure 1: batch norm gets worse from 16 rows on down, sharply below 4. Masters and
    Luschi 2018, arXiv 1804.07612, on single rows.
    """

    code: str = "ND218"
    name: str = "batch-size"

    fewest: int = 4  # rows for batch norm
    noted: int = 8
    epochs: int = 100  # with one update in each: fewer are few updates

    def skips(self, design: Design) -> str:
        """Some optimizers need all rows in every update."""
        name = design.plan.optimizer
        return f"{name} uses all rows in each update" if name in FULL_BATCH else ""

    def measure(self, design: Design) -> Batches:
        """What the plan says."""
        plan = design.plan
        normed = tuple(layer.name for layer in plan.layers if layer.norm == "batch_norm")
        return Batches(plan.batch_size, plan.rows, plan.epochs, normed)

    def judge(self, seen: Batches) -> Finding:
        """An error where batch norm sees one row."""
        return self.answer(
            [*self._normed(seen), *self._last(seen), *self._plain(seen)],
            f"batches of {seen.size} of {seen.rows} rows",
            measured=float(seen.size),
            threshold=f"batch norm: 2 rows or an error, {self.fewest} or a warning, {self.noted} "
            f"or a note, and for the last batch of an epoch 2 or a warning, {self.fewest} or a "
            f"note; else a note for single rows, and for all rows in under {self.epochs} epochs",
            source="Wu and He 2018, arXiv 1803.08494",
        )

    def _normed(self, seen: Batches) -> Iterator[Fault]:
        all_rows = seen.size >= seen.rows > 1  # then nothing is left to chance
        if not seen.normed or seen.size >= self.noted or all_rows:
            return
        causes, advice = ("batch_size_too_small",), "batch_size = 32, or layer_norm = true"
        told, where = f"batch norm over {seen.size} rows in {listed(seen.normed)}", seen.normed[0]
        if seen.size < 2:
            told = f"batch norm over a single row in {listed(seen.normed)} outputs a constant"
            yield Fault(Status.ERROR, told, causes, advice, where)
        else:
            status = Status.WARNING if seen.size < self.fewest else Status.NOTE
            yield Fault(status, told, causes, advice, where)

    def _last(self, seen: Batches) -> Iterator[Fault]:
        several = self.fewest <= seen.size < seen.rows
        if not seen.normed or not several or seen.last >= self.fewest:
            return
        told = f"{seen.rows} rows leave {seen.last} for the last batch of each epoch, too few for"
        told = f"{told} batch norm in {listed(seen.normed)}"
        advice = f"batch_size = {self._without_rest(seen)}, or layer_norm = true"
        status = Status.WARNING if seen.last == 1 else Status.NOTE
        yield Fault(status, told, ("batch_size_too_small",), advice, seen.normed[0])

    def _without_rest(self, seen: Batches) -> int:
        """The next larger batch whose last one is large enough; that of all rows is."""
        sizes = range(seen.size + 1, seen.rows + 1)
        return next(size for size in sizes if not 0 < seen.rows % size < self.noted)

    def _plain(self, seen: Batches) -> Iterator[Fault]:
        if seen.size >= seen.rows > 1 and seen.epochs < self.epochs:
            updates = f"{seen.epochs} update{'s' * (seen.epochs > 1)}"
            told = f"each batch holds all {seen.rows} rows: {updates} in all"
            causes = ("batch_size_too_large", "too_few_epochs")
            yield Fault(Status.NOTE, told, causes, "smaller batches, or more epochs")
        elif seen.size == 1 and not seen.normed:
            told = "batches of one row: each update follows the noise of that row"
            yield Fault(Status.NOTE, told, ("batch_size_too_small",), "batch_size = 16 to 128")
