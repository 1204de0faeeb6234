"""What people write into a cell that has no value."""

MISSING_MARKS: tuple[str, ...] = (
    "", "?", "NA", "N/A", "n/a", "N.A.", "n.a.", "na", "<NA>", "#N/A", "#NA", "#N/A N/A",
    "NaN", "nan", "NAN", "-NaN", "-nan", "NaT", "NULL", "Null", "null", "None", "none", "NONE",
    "-", "--", "---", ".", "..", "...", "*", "#VALUE!", "#DIV/0!", "#REF!", "#NULL!", "#NUM!",
)  # fmt: skip
