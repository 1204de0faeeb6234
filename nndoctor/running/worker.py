"""What happens on a worker: things are put on its shelf, and runs take them from there."""

import pickle
from collections.abc import Callable
from typing import Any

from distributed import WorkerPlugin
from distributed.protocol.pickle import dumps

from ..engine import blas
from ..watch import Watch
from .parcel import unpack
from .versions import refuse_other, versions

_ARRAYS: dict[str, Any] = {}
_WORK: dict[str, Callable[..., Any]] = {}
_STOPPED: set[str] = set()


class Shelf(WorkerPlugin):
    """A thing that every worker gets once, also one that joins later: an array, or work on arrays.

    Data that Dask itself holds would be lost with the last worker that has them. A worker that
    joins with other versions than `versions` refuses the work.
    """

    def __init__(self, key: str, *, array: bytes = b"", work: bytes = b"") -> None:
        self.name, self.key = f"nndoctor-{key}", key
        self.array, self.work, self.versions = array, work, versions()

    def setup(self, worker: Any) -> None:
        """Puts it there."""
        if self.array:
            _ARRAYS[self.key] = pickle.loads(self.array)
        if self.work:
            _WORK[self.key] = self._take_up

    def _take_up(self, item: Any, own: Watch) -> Any:
        """The first run of this work; whatever is wrong with it is raised to the user here."""
        refuse_other(self.versions)
        _WORK[self.key] = unpack(self.work, _ARRAYS, _Here(self.key))
        return _WORK[self.key](item, own)

    def teardown(self, worker: Any) -> None:
        """Clears it away."""
        _ARRAYS.pop(self.key, None)
        _WORK.pop(self.key, None)
        _STOPPED.discard(self.key)


class _Here(Watch):
    """Stands for the user's watch on a worker: it knows whether to stop."""

    def __init__(self, key: str) -> None:
        self._key = key

    def cancelled(self) -> bool:
        return self._key in _STOPPED


def do(key: str, item: Any) -> bytes:
    """One run, under one BLAS thread; its result as bytes.

    What can't be sent is an error here. On its way Dask would take it for lost, and have it made
    again and again.
    """
    with blas.one_thread():
        return bytes(dumps(_WORK[key](item, _Here(key))))


def stop(key: str) -> None:
    """Has the runs of this work end at the next opportunity."""
    _STOPPED.add(key)
