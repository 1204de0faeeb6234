"""Reports with everything in them that is hard to draw."""

import math

from nndoctor.findings import Finding, Histogram, Report, Series, Status, Table, Where

RATES = tuple(10 ** (-4 + 0.4 * i) for i in range(12))
LOSSES = (2.3, 2.3, 2.28, 2.2, 2.0, 1.6, 1.2, 0.8, 0.6, 1.4, math.inf, math.nan)

SWEEP = Series(
    "loss after 100 steps",
    RATES,
    LOSSES,
    "learning rate",
    "loss",
    log_x=True,
    marks=(("yours", 1e-3), ("suggested", 0.0521)),
)
CLASSES = Table(
    "loss by class",
    ("class", "loss", "share", "status", "note"),
    (
        ("zero", math.inf, 0.1, Status.ERROR, "the loss overflowed in the very first step"),
        ("one", math.nan, 0.25, Status.WARNING, None),
        ("two", 1.5e-7, 123456.0, Status.OK, "fine"),
    ),
    "worst first",
)
LAYERS = Table(
    "activations by layer",
    ("layer", "kind", *(f"statistic {i}" for i in range(12)), "histogram"),
    tuple(
        (f"hidden_{i}", "dense", *(i + j / 7 for j in range(12)), Histogram((0, 1, 50, 3), -1, 1))
        for i in range(10)
    ),
)


def finding(status: Status, number: int) -> Finding:
    return Finding(
        f"ND30{number}",
        f"check-{status.value}",
        status,
        f"message of {status.value}, long enough that it has to be folded on a narrow console",
        measured=math.nan,
        expected=2.303,
        threshold=f"threshold of {status.value}",
        source=f"source of {status.value}",
        where=Where(layer="2"),
        suggests=("init_too_large",),
        advice=f"advice of {status.value}",
    )


ALL_STATUSES = Report(
    "check-loss",
    "Does the loss start where it should?",
    (
        Finding("ND300", "with-evidence", Status.NOTE, "see above", evidence=(CLASSES, SWEEP)),
        *(finding(status, number) for number, status in enumerate(Status)),
    ),
    evidence=(LAYERS,),
    words=("task guessed: classification in 10 classes", "≥ 3 \u00d7 \u03c3 \u2013 naïve"),
    next_step="nndoctor check-activations digits.toml",
    recipe="digits.toml",
    recipe_sha256="ab" * 32,
    recipe_text="[model]\n",
    seed=7,
    version="0.1.0",
    environment={"python": "3.11.7"},
    interrupted=True,
    headline="3 things are as they should be",
    details={"runs": {"seconds": 8.123, "best": (1, math.inf)}},
)
SOUND = Report("check-loss", "Is it well?", (finding(Status.OK, 1),))
