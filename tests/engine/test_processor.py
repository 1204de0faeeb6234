import os
from pathlib import Path

import pytest

from nndoctor.engine.processor import NEEDED, prefer_wide_kernels

ZEN_5 = (
    f"vendor_id\t: AuthenticAMD\ncpu family\t: 26\nflags\t\t: fpu {' '.join(NEEDED)}\n\nprocessor"
)


@pytest.fixture(autouse=True)
def _no_choice(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "")  # so that it is put back afterwards
    monkeypatch.delenv("OPENBLAS_CORETYPE")


def chosen(folder: Path, cpuinfo: str) -> str | None:
    file = folder / "cpuinfo"
    file.write_text(cpuinfo)
    prefer_wide_kernels(file)
    return os.environ.get("OPENBLAS_CORETYPE")


def test_wide_amd_processors_get_wide_kernels(tmp_path):
    assert chosen(tmp_path, ZEN_5) == "SkylakeX"


@pytest.mark.parametrize(
    ("old", "new"),
    [("AuthenticAMD", "GenuineIntel"), (": 26", ": 25"), ("avx512dq", ""), (": 26", ": ?")],
)
def test_others_are_left_alone(tmp_path, old, new):
    assert chosen(tmp_path, ZEN_5.replace(old, new)) is None


def test_a_choice_of_the_user_stands(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert chosen(tmp_path, ZEN_5) == "Haswell"


def test_another_system_has_no_such_file(tmp_path):
    prefer_wide_kernels(tmp_path / "missing")
    assert "OPENBLAS_CORETYPE" not in os.environ
