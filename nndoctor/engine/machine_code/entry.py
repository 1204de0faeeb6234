"""One compiled function on disk: a file named by the digest of its key, a stamp, then a pickle.

The stamp is a digest of key and pickle, so a file that is cut, zeroed, damaged or under another's
name is known for it, and dropped. There is no index that could disagree with the files.
"""

import hashlib
import os
import pickle
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

SUFFIX = ".code"
STAMP = 32  # bytes of a sha256


class Entry:
    """The machine code of one function for one signature, one processor and one set of options.

    `keep`: the file is the installation's, so it stays even if it is damaged.
    """

    def __init__(self, folder: Path, key: str, keep: bool = False) -> None:
        self.keep = keep
        self.key = key.encode()
        self.name = hashlib.sha256(self.key).hexdigest()[:32]
        self.path = folder / f"{self.name}{SUFFIX}"

    def read(self) -> Any:
        """What was written; None where nothing was, or where it is damaged."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        stamp, body = content[:STAMP], memoryview(content)[STAMP:]
        if stamp == self._stamp(body):
            return pickle.loads(body)
        self.drop()
        return None

    def write(self, pickled: bytes) -> None:
        """Keeps a pickle, whole or not at all; a disk that is full or read-only keeps nothing."""
        with suppress(OSError):
            folder = self.path.parent
            number, name = tempfile.mkstemp(dir=folder, prefix=f"{self.name}.", suffix=".tmp")
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(self._stamp(pickled) + pickled)
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            for left in folder.glob(f"{self.name}.*.tmp"):  # by processes that were killed
                left.unlink(missing_ok=True)

    def drop(self) -> None:
        """Removes the file, so that the next process compiles anew."""
        if self.keep:
            return
        with suppress(OSError):
            self.path.unlink()

    def _stamp(self, body: bytes | memoryview) -> bytes:
        digest = hashlib.sha256(self.key)
        digest.update(body)
        return digest.digest()
