"""A training run on disk: one .npz of plain arrays, no pickle."""

import errno
import json
import os
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from ..errors import DataError, NNDoctorError
from ..limits import refuse_bomb, refuse_device
from ..outputs import written
from ..trace import FirstBad
from ..trainable import Array
from .run import Ending, Epoch, Progress

FORMAT = 2  # raised when what is written changes its meaning
NETWORK, BEST, MORE, KEPT = "network.", "best.", "more.", "kept."
_END = struct.Struct("<4s4H2LH")  # of a ZIP archive: its fifth number counts the files


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
    """Reads what `save_checkpoint` wrote. Raises DataError where it is something else.

    Whether the arrays fit a network is for the caller to see, who knows the network.
    """
    with intact(path):
        refuse_device(path)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            refuse_bomb(path, archive.zip)
            arrays = dict(archive)
            if len(arrays) != _promised(path):
                raise ValueError("a damaged entry of the directory hides those after it")
        text = str(arrays.pop("notes"))
        _refuse_other_format(path, json.loads(text)["format"])
        return _checkpoint(_Notes.model_validate_json(text), arrays)


def _promised(path: Path) -> int:
    """How many files a ZIP archive without a comment says that it has, which no checksum covers."""
    with path.open("rb") as file:
        file.seek(-_END.size, os.SEEK_END)
        return int(_END.unpack(file.read())[4])


def is_checkpoint(path: Path) -> bool:
    """Whether it looks like a file of `save_checkpoint`: an archive with its notes."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "notes.npy" in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


@contextmanager
def intact(path: Path) -> Iterator[None]:
    """Turns whatever goes wrong with what a saved network holds into a DataError."""
    hint = "nndoctor train RECIPE --save model.npz writes one"
    try:
        yield
    except NNDoctorError:
        raise
    except OSError as error:
        if error.errno == errno.EINVAL:  # a damaged offset
            raise DataError(f"{path} is no saved network, or damaged", hint) from None
        raise DataError(f"{path} can't be read: {error.strerror or error}", hint) from None
    except Exception:  # bytes that something else wrote, or damaged, fail in any way
        raise DataError(f"{path} is no saved network, or damaged", hint) from None


class _Notes(BaseModel):
    """What stands beside the arrays, as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid")

    format: Literal[2]  # that of FORMAT
    about: dict[str, JsonValue]
    ending: Ending | None
    epochs: tuple[Epoch, ...]
    best: Epoch | None
    plateau: tuple[float, Annotated[int, Field(ge=0)], Annotated[float, Field(ge=0)]]
    first_bad: FirstBad | None
    kept: tuple[Annotated[int, Field(ge=1)], ...]


def _refuse_other_format(path: Path, saved: object) -> None:
    if isinstance(saved, int) and saved != FORMAT:
        raise DataError(
            f"{path} was saved in format {saved}, this version reads {FORMAT}",
            "train again, or use the version of nndoctor that wrote it",
        )


def _checkpoint(notes: _Notes, arrays: dict[str, Array]) -> Checkpoint:
    def part(prefix: str) -> dict[str, Array]:
        names = [name for name in arrays if name.startswith(prefix)]
        return {name.removeprefix(prefix): arrays.pop(name) for name in names}

    loss, rate, score = (arrays.pop(name) for name in ("loss", "rate", "score"))
    if not (loss.dtype == rate.dtype == score.dtype == np.float64):
        raise ValueError("losses, rates and scores are float64")
    if not (loss.shape == rate.shape == (len(loss),) and score.shape in (loss.shape, (0,))):
        raise ValueError("losses, rates and scores are vectors of one length")
    progress = Progress(
        epochs=list(notes.epochs),
        losses=[loss],
        rates=[rate],
        scores=[score],
        best=notes.best,
        best_arrays=part(BEST),
        plateau=notes.plateau,
        first_bad=notes.first_bad,
        updates=len(loss),
        kept={epoch: part(f"{KEPT}{epoch}.") for epoch in notes.kept},
    )
    found = Checkpoint(part(NETWORK), progress, notes.ending, notes.about, part(MORE))
    if arrays:
        raise ValueError(f"{next(iter(arrays))} is no array of a saved network")
    return found
