"""Which engine this is: a digest of all its sources and of what compiles them.

numba notices an edited kernel but not an edited callee in another file. The digest is of contents,
never of times or places, so copies of the same sources share their machine code.
"""

import hashlib
from functools import cache
from pathlib import Path

import llvmlite
import numba

ENGINE = Path(__file__).parents[1]


def digest_of(folder: Path) -> str:
    """Of the contents of all sources below a folder and the versions of what compiles them."""
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)} ".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


@cache
def engine_digest() -> str:
    """Of the engine that is running."""
    return digest_of(ENGINE)
