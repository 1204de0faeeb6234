"""What runs of one kind have in common, packed for workers: large arrays apart, once for all."""

import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from ..watch import Watch

LARGE = 2**14  # bytes of an array from which on it travels by itself


@dataclass(frozen=True)
class Parcel:
    """`work` pickled without its large arrays, which are named by their digest, pickled too."""

    work: bytes
    arrays: Mapping[str, bytes]


def pack(work: Callable[..., Any], salt: str) -> Parcel:
    """Functions travel by value where they are no module's own; a watch stays where the user is.

    With `salt` the names of one user's arrays are not those of another's.
    """
    import cloudpickle

    arrays: dict[str, bytes] = {}
    known: dict[int, str] = {}  # by identity: `work` keeps them all alive meanwhile

    class Packer(cloudpickle.Pickler):  # type: ignore[misc]
        def persistent_id(self, thing: object) -> tuple[str, str] | None:
            if isinstance(thing, Watch):
                return "watch", ""
            if not isinstance(thing, np.ndarray) or thing.dtype.hasobject or thing.nbytes < LARGE:
                return None
            if id(thing) not in known:
                text = pickle.dumps(thing, protocol=5)
                known[id(thing)] = blake2b(salt.encode() + text, digest_size=16).hexdigest()
                arrays[known[id(thing)]] = text
            return "array", known[id(thing)]

    file = io.BytesIO()
    Packer(file, protocol=5).dump(work)
    return Parcel(file.getvalue(), arrays)


def unpack(work: bytes, arrays: Mapping[str, Any], watch: Watch) -> Callable[..., Any]:
    """`work` with these arrays, and with this watch in place of the user's."""

    class Unpacker(pickle.Unpickler):
        def persistent_load(self, pid: Any) -> Any:
            kind, digest = pid
            return watch if kind == "watch" else arrays[digest]

    made: Callable[..., Any] = Unpacker(io.BytesIO(work)).load()
    return made
