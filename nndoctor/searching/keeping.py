"""Where finished trials are kept: in optuna studies, one a stage, in a journal file or a database.

A trial is written once, whole, when it has ended, so that whatever kills the search loses only
what was being trained; those trials are chosen and trained anew, the same.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..limits import refuse_device
from .parameter import values_of
from .samplers import loaded
from .space import Space
from .trial import Outcome, Trial

if TYPE_CHECKING:
    from optuna.storages import BaseStorage
    from optuna.study import Study

JOURNAL = b'{"op_code":'  # how a journal of optuna begins
SETTINGS = "nndoctor settings"  # the attribute of a study that says what it was made with


class Nowhere:
    """Keeps nothing: a search that ends with its process."""

    def begin(self, stage: int) -> None:
        """A stage begins."""

    def trials(self, stage: int, space: Space) -> dict[int, Trial]:
        """Finished trials by number."""
        return {}

    def save(self, trial: Trial, space: Space) -> None:
        """A trial has ended."""


class Kept(Nowhere):
    """In an optuna storage, under names that begin with `name`."""

    def __init__(self, storage: "BaseStorage", name: str, place: str, settings: str) -> None:
        self._storage, self._name, self.place, self._settings = storage, name, place, settings
        self._lock = Lock()
        self._studies: dict[int, Study] = {}
        self.found = 0  # trials of an earlier search

    def names(self) -> list[str]:
        """The studies of ours that are there."""
        with told(self.place):
            there = loaded().get_all_study_names(self._storage)
        return [one for one in there if one.startswith(f"{self._name} stage ")]

    def count(self) -> None:
        """How many trials there are before any is added."""
        with told(self.place):
            each = [loaded().load_study(study_name=n, storage=self._storage) for n in self.names()]
            self.found = sum(len(one.get_trials(deepcopy=False)) for one in each)

    def remove(self) -> None:
        """Gives up what is there."""
        with told(self.place):
            for name in self.names():
                loaded().delete_study(study_name=name, storage=self._storage)

    def refuse_other(self) -> None:
        """Raises UsageError where what is there was made with other settings."""
        with told(self.place):
            for name in self.names():
                made = loaded().load_study(study_name=name, storage=self._storage)
                if made.user_attrs.get(SETTINGS, self._settings) != self._settings:
                    raise UsageError(
                        f"{self.place} holds {name!r} of another recipe, data, seed, options or "
                        "version of nndoctor",
                        "leave it and name another place by --study or --storage, or search with "
                        "the same ones",
                    )

    def begin(self, stage: int) -> None:
        """A stage begins, or goes on."""
        with told(self.place):
            study = loaded().create_study(
                storage=self._storage,
                study_name=f"{self._name} stage {stage}",
                direction="maximize",
                load_if_exists=True,
            )
            if SETTINGS not in study.user_attrs:
                study.set_user_attr(SETTINGS, self._settings)
            self._studies[stage] = study

    def trials(self, stage: int, space: Space) -> dict[int, Trial]:
        """Finished trials by number, as an earlier search has left them."""
        with told(self.place):
            frozen = self._studies[stage].get_trials(deepcopy=False)
            return {one.number: one for one in (_read(f, stage, space) for f in frozen)}

    def save(self, trial: Trial, space: Space) -> None:
        """One entry of the journal, on the disk once this returns."""
        with self._lock, told(self.place):
            states = {
                Outcome.COMPLETE: loaded().trial.TrialState.COMPLETE,
                Outcome.INVALID: loaded().trial.TrialState.FAIL,
            }
            state = states.get(trial.outcome, loaded().trial.TrialState.PRUNED)
            invalid = trial.outcome is Outcome.INVALID
            self._studies[trial.stage].add_trial(
                loaded().create_trial(
                    state=state,
                    value=trial.score if trial.outcome is Outcome.COMPLETE else None,
                    params=dict(trial.inner),
                    distributions={one.name: one.distribution for one in space},
                    intermediate_values={} if invalid else dict(trial.scores),
                    user_attrs={
                        "number": trial.number,
                        "outcome": str(trial.outcome),
                        "epochs": trial.epochs,
                        "seconds": trial.seconds,
                        "reason": trial.reason,
                    },
                )
            )


def _read(frozen: Any, stage: int, space: Space) -> Trial:
    said = frozen.user_attrs
    return Trial(
        stage,
        said["number"],
        dict(frozen.params),
        values_of(space, frozen.params),
        said["epochs"],
        Outcome(said["outcome"]),
        tuple(sorted(frozen.intermediate_values.items())),
        said["reason"],
        said["seconds"],
    )


class _Unlocked:
    """The whole file is locked by `outputs.claimed`; optuna's own lock outlives a killed search."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None:
        pass


def refuse_other_files(path: Path) -> None:
    """Raises UsageError where a file is no journal, before anything is cut off or added."""
    begins = b""
    with told(str(path)):
        if path.is_file():
            with path.open("rb") as file:
                begins = file.read(len(JOURNAL))
    if begins and not begins.startswith(JOURNAL) and not JOURNAL.startswith(begins):
        raise UsageError(
            f"{path} can't be read as a study: something else is in it",
            "--study names a journal that a search has written, or a new place",
        )


def journal(path: Path) -> "BaseStorage":
    """The storage in a journal file, whose last line has to be whole."""
    refuse_device(path)
    with told(str(path)):
        loaded()
        from optuna.storages import JournalStorage
        from optuna.storages.journal import JournalFileBackend

        return JournalStorage(JournalFileBackend(str(path), lock_obj=_Unlocked()))  # type: ignore[arg-type]


@contextmanager
def database(url: str) -> "Iterator[BaseStorage]":
    """The storage at an address such as sqlite:///search.db, closed again. Raises UsageError."""
    with told(without_password(url), "is the address right, and its driver there?"):
        storage: BaseStorage = loaded().storages.get_storage(url)
    try:
        yield storage
    finally:  # optuna leaves its connections to the garbage collector
        behind: Any = getattr(storage, "_backend", storage)
        behind.remove_session()
        if engine := getattr(behind, "engine", None):
            engine.dispose()


def without_password(url: str) -> str:
    """An address as it may be shown."""
    head, at, tail = url.rpartition("@")
    scheme, slashes, user = head.partition("://")
    return f"{scheme}{slashes}{user.partition(':')[0]}@{tail}" if at else url


@contextmanager
def told(place: str, hint: str = "is it damaged? another place begins anew") -> Iterator[None]:
    """Whatever goes wrong in a storage, as one line."""
    try:
        yield
    except UsageError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        hint = "make room, then --resume goes on" if full else "name another place"
        raise UsageError(f"{place} can't be used: {why}", hint) from None
    except Exception as error:  # each database has its own
        first = str(error).strip().split("\n")[0]
        why = f"{type(error).__name__}: {without_password(first)}"
        raise UsageError(f"{place} can't be read as a study: {why}", hint) from None
