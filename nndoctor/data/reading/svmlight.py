"""libsvm's text: a target and then `index:value` pairs, through scikit-learn."""

from io import BytesIO
from itertools import islice

import numpy as np

from nndoctor.errors import DataError

from .frames import table_of
from .source import Source
from .table import HowToRead, Table

TARGET = "target"
MOST_BYTES = 2**31  # of the full table that a sparse one becomes


def read_svmlight(source: Source, how: HowToRead) -> Table:
    """Columns c1 to cD, entries that the file leaves out as 0, and the column 'target' last."""
    import pandas as pd
    from sklearn.datasets import load_svmlight_file

    with source.open() as file:
        content = b"".join(islice(file, how.limit))
    try:
        sparse, y = load_svmlight_file(BytesIO(content))
    except ValueError as error:
        raise DataError(
            f"{source} can't be read as libsvm text: {error}",
            "each line is 'target index:value index:value ...', with rising indices",
        ) from error
    rows, width = sparse.shape
    if rows * width * sparse.dtype.itemsize > MOST_BYTES:
        raise DataError(
            f"{source} has {width} columns and {rows} rows, mostly zeros: too large as a table",
            "reduce its columns first, for instance with sklearn.decomposition.TruncatedSVD, and "
            "save them with np.savez(path, X=..., y=...)",
        )
    frame = pd.DataFrame(sparse.toarray(), columns=[f"c{i}" for i in range(1, width + 1)])
    whole = np.array_equal(y, np.round(y))
    frame[TARGET] = y.astype(np.int64) if whole else y
    notes = ["read as libsvm text: entries that a line leaves out are 0"]
    return table_of(frame, str(source), how, notes=notes, target=TARGET)
