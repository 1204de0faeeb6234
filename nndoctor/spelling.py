"""What a mistyped word was probably meant to be."""

import re
from collections.abc import Iterable
from pathlib import Path

# What people write for words that our names spell out.
SHORT = {
    "act": "activation",
    "bs": "batch_size",
    "grad": "gradient",
    "lr": "learning_rate",
    "norm": "normalised",
    "opt": "optimizer",
    "val": "validation",
}


def close(word: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known words nearest to one, best first; letters in another order are nearest of all."""
    spellings = {plain(word), spelled_out(word)}
    scores = {name: max(_alike(one, plain(name)) for one in spellings) for name in known}
    return sorted((n for n in scores if scores[n] >= cutoff), key=lambda n: -scores[n])[:count]


def did_you_mean(word: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> str:
    """A hint, "" where nothing is near."""
    near = close(word, known, count, cutoff)
    return f"did you mean {' or '.join(near)}?" if near else ""


def similar_files(path: Path, names: Iterable[str], cutoff: float = 0.7) -> str:
    """The same for a file that is not there, out of the names in its folder."""
    names = [*names]
    stems = {Path(name).stem: name for name in names if Path(name).suffix == path.suffix}
    others = [name for name in names if Path(name).suffix != path.suffix]
    found = [stems[stem] for stem in close(path.stem, stems, 2, cutoff)]  # an ending is no likeness
    found += close(path.name, others, 2 - len(found), cutoff)
    near = [str(path.parent / name) for name in found]
    return f"did you mean {' or '.join(near)}?" if near else ""


def spelled_out(word: str) -> str:
    """The word with its abbreviations written out: `lr_too_high` is `learning_rate_too_high`."""
    return "_".join(SHORT.get(part, part) for part in plain(word).split("_"))


def plain(word: str) -> str:
    """In lower case, parts joined by underscores."""
    return re.sub(r"[\s-]+", "_", word.strip().lower())


def _alike(word: str, name: str) -> float:
    """1 where all letters are the same, as in `adma` for adam: else `difflib` prefers adamax."""
    if sorted(word) == sorted(name):
        return 1.0
    from difflib import SequenceMatcher  # 5 ms, and only mistakes need it

    return SequenceMatcher(None, name, word).ratio()
