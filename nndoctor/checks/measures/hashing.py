"""Equal rows and equal columns in time near linear in the cells: hashes first, then the values."""

from collections.abc import Callable, Iterator

import numpy as np

from ...trainable import Array

CELLS = 1 << 16  # hashed in one piece, which stays in the cache


def equal_rows(x: Array, hashes: Array | None = None) -> Array:
    """For each row of x [N, D] the index of the first row that equals it, NaN equal to NaN [N].

    `hashes` of the rows [N], where they have been computed.
    """
    hashes = row_hashes(x) if hashes is None else hashes
    return _confirmed(hashes, lambda here, there: _same(x[here], x[there]))


def firsts_among(first: Array, index: Array) -> Array:
    """What `equal_rows` gives for the rows at `index` [K], from what it gave for all [K]."""
    if (first[index] == index).all():
        return np.arange(len(index))
    _, place, group = np.unique(first[index], return_index=True, return_inverse=True)
    return np.asarray(place[group])


def equal_columns(x: Array) -> Array:
    """For each column of x [N, D] the index of the first column that equals it [D]."""
    return _confirmed(column_hashes(x), lambda here, there: _same(x[:, here].T, x[:, there].T))


def found_in(a: Array, b: Array, known: Array | None = None) -> Array:
    """For each row of a [N, D] the index of an equal row of b [M, D], -1 where there is none.

    `known` are the hashes of b [M], where they have been computed.
    """
    hashes, known = row_hashes(a), row_hashes(b) if known is None else known
    order, ranks = np.argsort(known, kind="stable"), np.argsort(hashes)
    place = np.empty(len(a), np.int64)
    place[ranks] = np.searchsorted(known[order], hashes[ranks])  # faster by rank
    place = order[np.minimum(place, len(known) - 1)]
    candidates = np.flatnonzero(known[place] == hashes)
    found = np.full(len(a), -1)
    same = _same(a[candidates], b[place[candidates]])
    found[candidates[same]] = place[candidates[same]]
    return found


def row_hashes(x: Array) -> Array:
    """A 64-bit number for each row of x [N, D]; equal rows get equal numbers."""
    keys = _mixed(np.arange(1, x.shape[1] + 1, dtype=np.uint64))
    pieces = [_mixed(bits + keys).sum(axis=1, dtype=np.uint64) for _, bits in _pieces(x)]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.uint64)


def column_hashes(x: Array) -> Array:
    """A 64-bit number for each column of x [N, D]; equal columns get equal numbers."""
    total = np.zeros(x.shape[1], np.uint64)
    for start, bits in _pieces(x):
        keys = _mixed(np.arange(start + 1, start + len(bits) + 1, dtype=np.uint64))
        total += _mixed(bits + keys[:, None]).sum(axis=0, dtype=np.uint64)
    return total


def _pieces(x: Array) -> Iterator[tuple[int, Array]]:
    step = max(1, CELLS // max(1, x.shape[1]))
    for start in range(0, len(x), step):
        values = x[start : start + step].astype(np.float64)
        values += 0.0  # -0.0 becomes 0.0
        values[np.isnan(values)] = np.nan  # NaN has many bit patterns
        yield start, values.view(np.uint64)


def _mixed(bits: Array) -> Array:
    """Spreads every bit over all 64: the finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def _confirmed(hashes: Array, same: Callable[[Array, Array], Array]) -> Array:
    """The first index under each hash, where the values agree; else the index itself."""
    order = np.argsort(hashes, kind="stable")
    ranked, own = hashes[order], np.arange(len(hashes))
    begins = np.append(True, ranked[1:] != ranked[:-1])[: len(ranked)]
    firsts = np.empty_like(own)
    firsts[order] = order[np.maximum.accumulate(np.where(begins, own, 0))]
    repeated = np.flatnonzero(firsts != own)
    step = 1 << 16  # the compared values are copied, so in pieces
    for start in range(0, len(repeated), step):
        here = repeated[start : start + step]
        firsts[here] = np.where(same(here, firsts[here]), firsts[here], here)
    return firsts


def _same(a: Array, b: Array) -> Array:
    """Which rows agree, NaN equal to NaN [N]."""
    with np.errstate(invalid="ignore"):
        return np.asarray(((a == b) | ((a != a) & (b != b))).all(axis=1))
