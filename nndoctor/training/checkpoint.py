"""A training run on disk: one .npz of plain arrays, no pickle."""

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..trace import FirstBad
from ..trainable import Array
from .run import Ending, Epoch, Progress

FORMAT = 1  # raised when what is written changes its meaning
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

    Raises OSError.
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
        "kept": len(progress.kept),
    }
    arrays = {"notes": np.array(json.dumps(notes))}  # Python's JSON knows NaN and infinity
    trace = progress.trace(())
    arrays |= {"loss": trace.loss, "rate": trace.rate}
    parts = [(NETWORK, checkpoint.network), (BEST, progress.best_arrays), (MORE, checkpoint.more)]
    parts += [(f"{KEPT}{number}.", kept) for number, kept in enumerate(progress.kept)]
    for prefix, named in parts:
        arrays |= {prefix + name: array for name, array in named.items()}
    handle, name = tempfile.mkstemp(suffix=".npz", dir=path.absolute().parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_checkpoint(path: Path) -> Checkpoint:
    """Reads what `save_checkpoint` wrote. Raises DataError where it is something else."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = dict(file)
        notes = json.loads(str(arrays["notes"]))
        if notes["format"] != FORMAT:
            raise DataError(
                f"{path} was saved in format {notes['format']}, this version reads {FORMAT}",
                "train again, or use the version of nndoctor that wrote it",
            )
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror or error}") from None
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raise DataError(
            f"{path} is no saved network", "nndoctor train RECIPE --save model.npz writes one"
        ) from None

    def part(prefix: str) -> dict[str, Array]:
        found = {name: array for name, array in arrays.items() if name.startswith(prefix)}
        return {name.removeprefix(prefix): array for name, array in found.items()}

    progress = Progress(
        epochs=[Epoch(**values) for values in notes["epochs"]],
        losses=[arrays["loss"]],
        rates=[arrays["rate"]],
        best=notes["best"] and Epoch(**notes["best"]),
        best_arrays=part(BEST),
        plateau=tuple(notes["plateau"]),
        first_bad=notes["first_bad"] and FirstBad(**notes["first_bad"]),
        kept=[part(f"{KEPT}{number}.") for number in range(notes["kept"])],
    )
    ending = notes["ending"] and Ending(notes["ending"])
    return Checkpoint(part(NETWORK), progress, ending, notes["about"], part(MORE))
