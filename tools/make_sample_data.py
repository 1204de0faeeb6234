"""Writes sample_data/ again: python tools/make_sample_data.py [FOLDER]."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits

from nndoctor.data import generate

FOLDER = Path(__file__).resolve().parent.parent / "sample_data"


def main(folder: Path) -> None:
    """Writes the four tables into a folder."""
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
