"""Writes sample_data/ again: python tools/make_sample_data.py [FOLDER]."""

import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits

from nndoctor.data import generate

FOLDER = Path(__file__).resolve().parent.parent / "sample_data"


def main(folder: Path) -> None:
    """Writes the five tables into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    digits = load_digits()
    write(folder / "digits.csv", digits.feature_names, digits.data, "digit", digits.target)
    cancer = load_breast_cancer()
    names = [name.replace(" ", "_") for name in cancer.feature_names]
    diagnoses = cancer.target_names[cancer.target]
    write(folder / "breast_cancer.csv", names, cancer.data, "diagnosis", diagnoses)
    patients = load_diabetes(scaled=False)
    names = patients.feature_names
    write(folder / "diabetes.csv", names, patients.data, "progression", patients.target)
    spiral = generate("spiral", seed=0)
    # Six digits: sine and cosine differ in their last bit from one machine to the next.
    write(folder / "spiral.csv", ["x", "y"], spiral.x.round(6), "arm", spiral.y[:, 0])
    # As a spreadsheet of a German office saves it.
    (folder / "flats.csv").write_bytes("\r\n".join(flats()).encode("cp1252"))


def flats(rows: int = 420) -> Iterable[str]:
    """Made-up advertisements of flats, in the order of their days, a line each."""
    rng = np.random.default_rng(0)
    cities = {"Köln": 12.5, "München": 19.0, "Düsseldorf": 13.0, "Leipzig": 8.0, "Würzburg": 11.0}
    yield ";id;city;area;rooms;floor;furnished;listed;title;rent"
    days = np.sort(rng.integers(0, 300, rows))
    for i, day in enumerate(days):
        city = list(cities)[rng.choice(5, p=[0.3, 0.25, 0.2, 0.15, 0.1])]
        area, floor, furnished = rng.gamma(9, 8) + 15, rng.integers(0, 7), rng.random() < 0.3
        rooms = max(1, round(area / 28 + rng.normal(0, 0.5)))
        rent = area * cities[city] * (1.15 if furnished else 1) + 15 * floor + rng.normal(0, 60)
        listed = date(2024, 1, 8) + timedelta(days=int(day))
        yield ";".join(
            [
                str(i),
                f"F-{rng.integers(10_000, 99_999)}",
                city,
                f"{area:.1f}".replace(".", ","),
                str(rooms),
                str(floor) if rng.random() < 0.9 else "?",
                "yes" if furnished else "no",
                f"{listed:%d.%m.%Y}",
                f"{rooms} rooms in {city}, {area:.0f} m², from {listed:%B}",
                f"{max(rent, 150):,.0f} €".replace(",", "."),
            ]
        )
    yield ""


def write(
    path: Path,
    names: Sequence[str],
    rows: Iterable[Iterable[float]],
    target: str,
    labels: Iterable[object],
) -> None:
    """One table as CSV, whole numbers without a point, the target last."""
    lines = [",".join([*names, target])]
    for row, label in zip(rows, labels, strict=True):
        cells = [number(value) for value in row]
        cells.append(number(label) if isinstance(label, float) else str(label))
        lines.append(",".join(cells))
    path.write_bytes(("\n".join(lines) + "\n").encode())


def number(value: float) -> str:
    """The shortest text that reads back as the same number."""
    value = float(value)
    return str(int(value)) if value.is_integer() else repr(value)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
