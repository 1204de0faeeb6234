"""What shells complete: names out of plain tables, nothing heavy is imported."""

from collections.abc import Callable, Iterable
from pathlib import Path

from .. import catalogue
from ..patients import PATIENTS

KEYS = Path(__file__).with_name("recipe_keys.txt")

Complete = Callable[[str], list[tuple[str, str]]]


def _among(words: Callable[[], Iterable[tuple[str, str]]]) -> Complete:
    """Those that begin as what is typed does, with what they mean."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        return [(word, told) for word, told in words() if word.startswith(incomplete)]

    return complete


def _keys() -> Iterable[tuple[str, str]]:
    for line in KEYS.read_text(encoding="utf-8").splitlines():
        key, _, told = line.partition("\t")
        yield f"{key}=", told


CODES = _among(lambda: ((one.code, one.name) for one in catalogue.entries()))
CAUSES = _among(lambda: ((one.name, one.title) for one in catalogue.causes()))
TREATABLE = _among(lambda: ((c.name, c.title) for c in catalogue.causes() if c.treatable))
EXPLAINED = _among(
    lambda: (
        *((one.name, one.title) for one in catalogue.causes()),
        *((one.code, one.name) for one in catalogue.entries()),
    )
)
SETTINGS = _among(_keys)
PATIENT_NAMES = _among(lambda: ((one.name, one.title) for one in PATIENTS.values()))
