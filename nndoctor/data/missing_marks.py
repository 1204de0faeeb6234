"""How files write that a value is missing."""

MISSING_MARKS: tuple[str, ...] = (
    "", "?", "NA", "N/A", "n/a", "N.A.", "n.a.", "na", "<NA>", "#N/A", "#NA", "#N/A N/A",
    "NaN", "Nan", "nan", "NAN", "-NaN", "-nan", "NaT", "NULL", "Null", "null", "None", "none",
    "NONE", "-", "--", "---", ".", "..", "...", "*", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
    "#VALUE!", "#DIV/0!", "#REF!", "#NULL!", "#NUM!",
)  # fmt: skip
# Beside numbers only, for they may be words or names: keine Angabe, nicht verfügbar, no data, non
# disponible, sans objet, sin datos, brak danych, not reported. Without case, blanks and dots.
ABBREVIATED_MARKS = frozenset(
    ("ka", "k/a", "nv", "n/v", "nd", "n/d", "s/o", "sd", "s/d", "bd", "nr", "n/r")
)


def is_abbreviated_mark(text: str) -> bool:
    """Whether this means that nothing is known, if all beside it are numbers: k. A."""
    return text.casefold().replace(" ", "").replace(".", "") in ABBREVIATED_MARKS
