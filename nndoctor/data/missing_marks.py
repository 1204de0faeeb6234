"""How files write that a value is missing."""

MISSING_MARKS: tuple[str, ...] = (
    "", "?", "NA", "N/A", "n/a", "N.A.", "n.a.", "na", "<NA>", "#N/A", "#NA", "#N/A N/A",
    "NaN", "Nan", "nan", "NAN", "-NaN", "-nan", "NaT", "NULL", "Null", "null", "None", "none",
    "NONE", "-", "--", "---", ".", "..", "...", "*", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
    "#VALUE!", "#DIV/0!", "#REF!", "#NULL!", "#NUM!",
)  # fmt: skip
# Beside numbers only, for they may be words or names: keine Angabe, nicht verfügbar, no data, non
# disponible, sans objet, sin datos, brak danych, not reported. Without case, blanks and dots.
MARKS_BESIDE_NUMBERS = frozenset(
    ("ka", "k/a", "nv", "n/v", "nd", "n/d", "s/o", "sd", "s/d", "bd", "nr", "n/r", "unk", "unknown",
     "missing", "notavailable", "notapplicable", "notknown", "notreported", "nodata", "novalue",
     "unbekannt", "keineangabe", "inconnu", "desconocido")
)  # fmt: skip


def is_mark_beside_numbers(text: str) -> bool:
    """Whether this means that nothing is known, if all beside it are numbers: k. A., unknown."""
    return text.casefold().replace(" ", "").replace(".", "") in MARKS_BESIDE_NUMBERS
