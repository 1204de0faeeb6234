"""Texts as classes: spellings that mean the same, yes and no, marks that are no gaps, other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nndoctor.trainable import Array

from .cells import Cells

ONE_HOT_LIMIT = 20  # distinct values; more would make a table mostly of zeros
LEVEL_ROWS = 5  # fewer rows teach nothing about a level
LEVEL_SHARE = 0.02
OTHER = "other"
MOST_BLANKS = 2  # in the name of a class
TICKS = frozenset("xX*+•√✓✔✗✘")  # what forms are ticked with; no tick is a no, and no gap
PAIRS = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"))
TRUTH = {word: value for pair in PAIRS for word, value in zip(pair, (1, 0), strict=True)}
# Marks that are also words, and the share of cells from which they are taken for one: where
# nothing else marks gaps, and where something does.
WORDS = {"NA": (0.5, 0.05), "None": (0.05, 0.02), "none": (0.05, 0.02), "NONE": (0.05, 0.02)}


def truth_of(texts: Array) -> Array:
    """1 where a text says yes, 0 where it says no, NaN where neither [K]."""
    return np.fromiter((TRUTH.get(t.lower(), np.nan) for t in texts), np.float32, len(texts))


def is_truth(texts: Array) -> bool:
    """Whether all texts are one pair such as yes and no, and both occur."""
    if not 2 <= len(texts) <= 8:
        return False
    words = {text.lower() for text in texts}
    return any(words == set(pair) for pair in PAIRS)


def words_kept(cells: Cells) -> tuple[str, ...]:
    """Marks of missing values that are levels here: NA where it is too frequent to be a gap.

    At most one, beside texts that are levels themselves.
    """
    marks = {str(cells.values[i]): int(cells.counts[i]) for i in np.flatnonzero(cells.marked)}
    words = [mark for mark in marks if mark in WORDS]
    if not words or any(text.count(" ") > MOST_BLANKS for text in cells.values):
        return ()  # beside sentences it is none
    word = max(words, key=lambda mark: (marks[mark], mark))
    others_mark_gaps = len(marks) > 1 or bool((cells.codes < 0).any())
    needed = WORDS[word][others_mark_gaps]
    return (word,) if marks[word] >= needed * len(cells) else ()


@dataclass(frozen=True)
class Joined:
    """Each distinct text as its most frequent spelling [K]; which others were joined to it."""

    texts: Array
    variants: dict[str, list[str]]


def key(text: str) -> str:
    """What spellings that differ by case or blanks only have in common."""
    return " ".join(text.split()).casefold()


def join_spellings(texts: Array, counts: Array) -> Joined:
    """Texts that differ by case or blanks only become one.

    Case is kept in single letters of an alphabet (a and A are two letters), unless two remain.
    """
    spellings: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        spellings.setdefault(key(text), []).append(i)
    joined, variants = texts.copy(), {}
    for common, places in spellings.items():
        if len(places) > 1 and (len(common) > 1 or len(spellings) <= 2):
            best = max(places, key=lambda i: (counts[i], -i))
            joined[places] = texts[best]
            variants[str(texts[best])] = [str(texts[i]) for i in places if i != best]
    return Joined(joined, variants)


def frequent(
    levels: Sequence[str], counts: Sequence[int], most: int, share: float = LEVEL_SHARE
) -> list[str]:
    """The levels that rows enough have for something to be learned, in order, at most so many."""
    enough = max(LEVEL_ROWS, share * sum(counts))
    held = [(-n, level) for n, level in zip(counts, levels, strict=True) if n >= enough]
    return sorted(level for _, level in sorted(held)[:most])


def numbered(texts: Array, levels: Sequence[str]) -> Array:
    """The number of each text's level [K], -1 where it is none of them."""
    exact = {level: i for i, level in enumerate(levels)}
    loose: dict[str, int] = {}
    for i, level in enumerate(levels):
        loose[key(level)] = -1 if key(level) in loose else i
    found = (exact[t] if t in exact else loose.get(key(t), -1) for t in texts)
    return np.fromiter(found, np.int64, len(texts))
