"""Names for all columns: distinct ones, made up where a file has none."""

from collections.abc import Sequence
from shlex import quote

from nndoctor.data.naming import listed
from nndoctor.errors import DataError


def checked_names(names: Sequence[str], width: int, spare: int, source: str) -> list[str]:
    """The user's names, "" for trailing columns without any; `spare` of them may be left out."""
    if not width - spare <= len(names) <= width:
        rest = [f"c{j + 1}" for j in range(len(names), width - spare)]
        whole = ",".join([*names, *rest][:width])
        raise DataError(
            f"{source} has {width} column{'s' * (width != 1)}, but --names gives {len(names)}",
            f"--names {quote(whole)} {'calls the others by their place' if rest else 'is enough'}",
        )
    return [*names, *[""] * (width - len(names))]


def distinct_names(names: Sequence[str], spare: int = 0) -> tuple[list[str], list[str]]:
    """Names that differ, and notes on what was changed; "" becomes `index` or the position.

    The last `spare` columns get names that nobody is told, since they are likely left out.
    """
    unnamed = [j for j, name in enumerate(names[: len(names) - spare]) if not name]
    index = unnamed == [0] and len(names) > 1
    given = set(names)
    new: dict[str, None] = {}  # in their order
    again = []
    for j, name in enumerate(names):
        stem = name or ("index" if index else f"c{j + 1}")
        unique, k = stem, 1
        while unique in new or (unique in given and (k > 1 or not name)):
            k += 1
            unique = f"{stem}_{k}"
        if name and unique != name:
            again.append(name)
        new[unique] = None
    distinct = list(new)
    unnamed_now = [distinct[j] for j in unnamed]
    return distinct, _told(names, distinct, unnamed_now, list(dict.fromkeys(again)))


def _told(
    names: Sequence[str], new: list[str], unnamed: list[str], repeated: list[str]
) -> list[str]:
    notes = []
    if unnamed and len(unnamed) < len(names):
        columns = "column has" if len(unnamed) == 1 else "columns have"
        notes.append(f"{len(unnamed)} {columns} no name: called {listed(unnamed, 3)}")
    if repeated:
        name = repeated[0]
        renamed = [after for before, after in zip(names, new, strict=True) if before == name]
        others = f", and so on for {listed(repeated[1:], 3)}" if repeated[1:] else ""
        notes.append(
            f"{len(renamed)} columns are named {name!r}: called {listed(renamed, 3)}{others}"
            " (--names gives others)"
        )
    return notes
