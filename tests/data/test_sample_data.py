import subprocess
import sys
from pathlib import Path

import pytest

from nndoctor.data import cleaned, encode_target, guess_task, read

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "digits": ("digit", "classification", 1797, 64, 10),
    "breast_cancer": ("diagnosis", "classification", 569, 30, 2),
    "diabetes": ("progression", "regression", 442, 10, 0),
    "spiral": ("arm", "classification", 300, 2, 3),
    "flats": ("rent", "regression", 420, 12, 0),
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_are_what_the_readme_says(name):
    target, kind, rows, columns, labels = TABLES[name]
    data = cleaned(read(ROOT / "sample_data" / f"{name}.csv", target))
    assert data.x.shape == (rows, columns)
    assert guess_task(data)[0] == kind
    assert len(encode_target(data, kind, "class").labels) == labels
    readme = (ROOT / "sample_data" / "README.md").read_text()
    assert f"| `{name}.csv` | {rows} | {columns} | `{target}` |" in readme


def test_the_script_writes_the_committed_files_again(tmp_path):
    pytest.importorskip("sklearn")
    script = ROOT / "tools" / "make_sample_data.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, cwd=ROOT)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    committed = {file.name: file.read_bytes() for file in (ROOT / "sample_data").glob("*.csv")}
    assert written == committed
