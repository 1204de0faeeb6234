"""How files write that a value is missing."""

MISSING_MARKS: tuple[str, ...] = (
    "", "?", "NA", "N/A", "n/a", "N.A.", "n.a.", "na", "<NA>", "#N/A", "#NA", "#N/A N/A",
    "NaN", "Nan", "nan", "NAN", "-NaN", "-nan", "NaT", "NULL", "Null", "null", "None", "none",
    "NONE", "-", "--", "---", ".", "..", "...", "*", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
    "#VALUE!", "#DIV/0!", "#REF!", "#NULL!", "#NUM!",
)  # fmt: skip
