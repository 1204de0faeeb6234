"""A training run on disk: one .npz of plain arrays, no pickle."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..outputs import written
from ..trace import FirstBad
from ..trainable import Array
from .run import Ending, Epoch, Progress

FORMAT = 2  # raised when what is written changes its meaning
NETWORK, BEST, MORE, KEPT = "network.", "best.", "more.", "kept."


@dataclass(frozen=True)
class Checkpoint:
    """What was saved: the network's arrays, how far the run is, and what the caller added.

    `about` is anything JSON can hold; `more` are further arrays, such as those of a scaler.
    """

    network: Mapping[str, Array]
    progress: Progress
    ending: Ending | None
    about: Mapping[str, Any]
    more: Mapping[str, Array]


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Writes it in one piece: a run that dies in the middle leaves the last file as it was.

    Raises UsageError where it can't be written.
    """
    progress = checkpoint.progress
    notes = {
        "format": FORMAT,
        "about": checkpoint.about,
        "ending": checkpoint.ending,
        "epochs": [asdict(epoch) for epoch in progress.epochs],
        "best": progress.best and asdict(progress.best),
        "plateau": progress.plateau,
        "first_bad": progress.first_bad and asdict(progress.first_bad),
        "kept": list(progress.kept),
    }
    arrays = {"notes": np.array(json.dumps(notes))}  # Python's JSON knows NaN and infinity
    trace = progress.trace(())
    arrays |= {"loss": trace.loss, "rate": trace.rate, "score": trace.score}
    parts = [(NETWORK, checkpoint.network), (BEST, progress.best_arrays), (MORE, checkpoint.more)]
    parts += [(f"{KEPT}{epoch}.", kept) for epoch, kept in progress.kept.items()]
    for prefix, named in parts:
        arrays |= {prefix + name: array for name, array in named.items()}
    with written(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_checkpoint(path: Path) -> Checkpoint:
    """Reads what `save_checkpoint` wrote. Raises DataError where it is something else."""
    hint = "nndoctor train RECIPE --save model.npz writes one"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = dict(archive)
        notes = json.loads(str(arrays["notes"]))
        if notes["format"] == FORMAT:
            return _checkpoint(notes, arrays)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}", hint) from None
    except Exception:  # bytes that something else wrote, or damaged, fail in any way
        raise DataError(f"{path} is no saved network, or damaged", hint) from None
    raise DataError(
        f"{path} was saved in format {notes['format']}, this version reads {FORMAT}",
        "train again, or use the version of nndoctor that wrote it",
    )


def _checkpoint(notes: Mapping[str, Any], arrays: Mapping[str, Array]) -> Checkpoint:
    def part(prefix: str) -> dict[str, Array]:
        found = {name: array for name, array in arrays.items() if name.startswith(prefix)}
        return {name.removeprefix(prefix): array for name, array in found.items()}

    best, bad, plateau = notes["best"], notes["first_bad"], notes["plateau"]
    progress = Progress(
        epochs=[Epoch(**values) for values in notes["epochs"]],
        losses=[arrays["loss"]],
        rates=[arrays["rate"]],
        scores=[arrays["score"]],
        best=best and Epoch(**best),
        best_arrays=part(BEST),
        plateau=(plateau[0], plateau[1], plateau[2]),
        first_bad=bad and FirstBad(**bad),
        updates=len(arrays["loss"]),
        kept={epoch: part(f"{KEPT}{epoch}.") for epoch in notes["kept"]},
    )
    ending = notes["ending"] and Ending(notes["ending"])
    return Checkpoint(part(NETWORK), progress, ending, notes["about"], part(MORE))
