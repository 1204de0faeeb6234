"""Tables at the edge of what can be read: every check answers, and warns of nothing by numpy."""

import numpy as np
import pytest

from nndoctor.checks.data import DATA_CHECKS
from nndoctor.findings import Status

from .tables import normal, rows, table

ODD = {
    "two rows": lambda x, y: (x[:2], y[:2]),
    "huge": lambda x, y: (x * 1e300, y),
    "tiny": lambda x, y: (x * 1e-300, y),
    "all equal": lambda x, y: (x * 0 + 1, y),
    "all missing": lambda x, y: (x * np.nan, y),
    "half missing": lambda x, y: (np.where(x > 0, np.nan, x), y),
    "infinite": lambda x, y: (np.where(x > 1, np.inf, x), y),
    "whole numbers": lambda x, y: ((10 * x).astype(np.int8), y),
    "one column": lambda x, y: (x[:, :1], y),
    "targets missing": lambda x, y: (x, np.where(x[:, 0] > 0, np.nan, y)),
    "huge targets": lambda x, y: (x, y * 1e300 * x[:, 0]),
    "tiny targets": lambda x, y: (x, y * 1e-300 * x[:, 0]),
}


@pytest.mark.parametrize("check", DATA_CHECKS, ids=lambda check: check.code)
@pytest.mark.parametrize("odd", ODD)
def test_every_check_answers(check, odd):
    x, y = ODD[odd](*normal(0, 100))
    kind = "regression" if "targets" in odd else "classification"
    other = rows(*ODD[odd](*normal(1, 50)))
    finding = check.examine(table(x, y, kind, validation=other, shuffle=False))
    assert finding.code == check.code
    assert finding.message
    assert finding.status is not Status.BROKEN
    assert bool(finding.advice) == (finding.status not in (Status.OK, Status.SKIP))
