"""What the endings of names stand for: used where the content leaves a choice, and in hints."""

from pathlib import Path

DELIMITED = "delimited text"
EXCEL = "Excel workbook"
JSON = "JSON"
PARQUET = "Parquet"
FEATHER = "Feather"
ARFF = "ARFF"
MATLAB = "MATLAB file"
LIBSVM = "libsvm text"
HDF5 = "HDF5 file"
SQLITE = "SQLite database"
STATA = "Stata file"
SAS = "SAS table"
SAS_TRANSPORT = "SAS transport file"
SPSS = "SPSS file"
NUMPY = "NumPy file"
IDX = "IDX"
CIFAR = "CIFAR records"

ENDINGS = {
    "csv": DELIMITED,
    "tsv": DELIMITED,
    "tab": DELIMITED,
    "psv": DELIMITED,
    "txt": DELIMITED,
    "data": DELIMITED,
    "dat": DELIMITED,
    "xlsx": EXCEL,
    "xls": EXCEL,
    "xlsm": EXCEL,
    "xlsb": EXCEL,
    "ods": EXCEL,
    "json": JSON,
    "jsonl": JSON,
    "ndjson": JSON,
    "parquet": PARQUET,
    "feather": FEATHER,
    "arrow": FEATHER,
    "arff": ARFF,
    "mat": MATLAB,
    "libsvm": LIBSVM,
    "svm": LIBSVM,
    "h5": HDF5,
    "hdf5": HDF5,
    "sqlite": SQLITE,
    "sqlite3": SQLITE,
    "db": SQLITE,
    "dta": STATA,
    "sas7bdat": SAS,
    "xpt": SAS_TRANSPORT,
    "sav": SPSS,
    "npy": NUMPY,
    "npz": NUMPY,
    "idx": IDX,
    "ubyte": IDX,
    "bin": CIFAR,
}
PACKED = ("gz", "bz2", "xz", "zip")  # what may stand behind any of them


def ending(name: str) -> str:
    """The ending without that of a packed file; MNIST's own names end in '-ubyte'."""
    parts = name.lower().split(".")
    while len(parts) > 1 and parts[-1] in PACKED:
        parts.pop()
    last = parts[-1] if len(parts) > 1 else ""
    return "ubyte" if parts[-1].endswith("ubyte") else last


def looks_like_data(name: str) -> bool:
    """Whether a file is likely data, by its name alone."""
    hidden = Path(name).name.startswith((".", "_"))
    return not hidden and (ending(name) in ENDINGS or Path(name).suffix == ".zip")
