"""Writes the tables of recipes/sick/ again: python tools/make_sick_data.py [FOLDER]."""

import sys
from pathlib import Path

import numpy as np

from nndoctor.trainable import Array
from tools.make_sample_data import write

FOLDER = Path(__file__).resolve().parent.parent / "recipes" / "sick" / "data"
ROWS = 240
NAMES = ("a", "b", "c", "d")


def main(folder: Path) -> None:
    """Writes every table into a folder: two groups, or a plane, and what is wrong with it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (x, y) in {**of_columns(), **of_rows(), **of_targets()}.items():
        names = NAMES if x.shape[1] == len(NAMES) else [f"x{i}" for i in range(x.shape[1])]
        # Five digits: what is computed may differ in its last bit from one machine to the next.
        labels = y if y.dtype.kind == "i" else y.round(5)
        write(folder / f"{name}.csv", names, x.round(5), "y", labels.tolist())
    (folder / "days.csv").write_bytes(days().encode())
    (folder / "visits.csv").write_bytes(visits().encode())


def groups(seed: int, rows: int = ROWS, apart: float = 1.5) -> tuple[Array, Array]:
    """Two normal classes in four columns, taking turns."""
    rng = np.random.default_rng(seed)
    y = np.arange(rows) % 2
    return rng.normal(size=(rows, 4)) + apart * (y[:, None] - 0.5), y


def plane(seed: int) -> tuple[Array, Array]:
    """A number that depends on four columns, with noise."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ROWS, 4))
    return x, x @ [1.0, -1.0, 0.5, 0.5] + 0.5 * rng.normal(size=ROWS)


def days() -> str:
    """A number that wanders about its mean from day to day, and two columns that say little."""
    rng = np.random.default_rng(9)
    lines, level = ["date,a,b,y"], 0.0
    for day in np.datetime64("2024-01-01") + np.arange(ROWS):
        level = 0.95 * level + rng.normal()
        a, b = level + 2 * rng.normal(), rng.normal()
        lines.append(f"{day},{a:.5f},{b:.5f},{20 + level:.5f}")
    return "\n".join(lines) + "\n"


def visits() -> str:
    """Five visits of each patient: two columns tell a little, who it is tells more."""
    rng = np.random.default_rng(12)
    lines, of_patient = ["patient_id,a,b,y"], 2 * rng.normal(size=ROWS // 5)
    for visit in rng.permutation(ROWS):
        a, b = rng.normal(size=2)
        y = of_patient[visit // 5] + a + 0.5 * rng.normal()
        lines.append(f"P{visit // 5:03d},{a:.5f},{b:.5f},{y:.5f}")
    return "\n".join(lines) + "\n"


def of_columns() -> dict[str, tuple[Array, Array]]:
    """What is wrong in columns."""
    rng = np.random.default_rng(1)
    x, y = groups(1)
    missing, constant, outliers, sentinels = x.copy(), x.copy(), x.copy(), x.copy()
    missing[rng.random(x.shape) < 0.03] = np.nan
    missing[7, 2] = np.inf
    constant[:, 1:] = [3.0, 0.0, 1.0]
    outliers[[20, 120], [0, 2]] *= 1e4  # the decimal point slipped
    sentinels[rng.random(ROWS) < 0.1, 1] = -999.0
    numbered, zeros, holes = x.copy(), x.copy(), x.copy()
    # From a generator of its own, so that the columns below stay what they were.
    numbered[:, 3] = np.random.default_rng(7).choice(np.arange(1000, 1500), ROWS, replace=False)
    zeros[:, 1] = (72 + 12 * x[:, 1]).round() * (rng.random(ROWS) > 0.1)  # a pressure of 0
    holes[rng.random(ROWS) < np.where(y == 1, 0.1, 0.5), 2] = np.nan
    pixels = np.clip(128 + 50 * (np.hstack([x, x[::-1]])), 0, 255).round()
    return {
        "missing": (missing, y),
        "constant": (constant, y),
        "copies": (np.hstack([x[:, :3], x[:, :3]]), y),
        "pixels": (pixels, y),
        "pixels_twice": (pixels / 255 / 255, y),
        "outliers": (outliers, y),
        "sentinels": (sentinels, y),
        "numbered": (numbered, y),
        "zeros": (zeros, y),
        "holes": (holes, y),
    }


def of_rows() -> dict[str, tuple[Array, Array]]:
    """What is wrong with rows, or between two files of them."""
    rng = np.random.default_rng(2)
    x, y = groups(2)
    half, order = slice(0, ROWS // 2), np.argsort(y, kind="stable")
    other, other_y = groups(3)
    units, shifted = other.copy(), other + 0.5
    units[:, 2] *= 2.54  # inches here, centimetres there
    twice = np.tile(x[half], (2, 1))
    answers = np.concatenate([y[half], np.where(rng.random(ROWS // 2) < 0.3, 1 - y[half], y[half])])
    return {
        "groups": (x, y),
        "doubled": (twice, np.tile(y[half], 2)),
        "conflicts": (twice, answers),
        "sorted": (x[order], y[order]),
        "other_units": (units, other_y),
        "other_place": (shifted, other_y),
    }


def of_targets() -> dict[str, tuple[Array, Array]]:
    """What is wrong with targets, or with a column that knows them."""
    rng = np.random.default_rng(4)
    x, y = groups(4, apart=0.6)
    wide, wide_y = groups(5, 400, apart=4.0)
    clean, clean_y = groups(7, 400, apart=4.0)
    apart, apart_y = groups(8, 600, apart=4.0)
    number, value = plane(6)
    digits = np.arange(ROWS) % 10
    leak = x.copy()
    leak[:, 3] = np.where(y == 1, 2000, 1000) + rng.permutation(ROWS)  # numbered within classes
    return {
        "rare": (np.vstack([x[y == 0], x[y == 1][:5]]), np.repeat([0, 1], [ROWS // 2, 5])),
        "one_class": (x, np.zeros(ROWS, np.int64)),
        "prices": (number, 250_000 + 50_000 * value),
        "plane": (number, value),
        "total": (number, 2 * number[:, 0] + number[:, 2]),
        "labels_255": (rng.normal(size=(ROWS, 4)) + digits[:, None] / 3, digits / 255),
        "leak": (leak, y),
        "wide": (clean, clean_y),
        "flipped": (wide, np.where(rng.random(400) < 0.08, 1 - wide_y, wide_y)),
        "noisy": (apart, np.where(rng.random(600) < 0.2, 1 - apart_y, apart_y)),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
