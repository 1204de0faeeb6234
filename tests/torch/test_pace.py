"""The pace of the machine: measured once, kept beside the machine code, not believed if damaged."""

import math

import pytest

pytest.importorskip("torch")

from nndoctor.adapters.torch import pace as module
from nndoctor.engine.machine_code import folder


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Forgets what was measured; answers the file."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))

    def forget():
        folder.cache_folder.cache_clear()
        module.pace.cache_clear()
        return folder.cache_folder() / module.FILE

    yield forget
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(1.0, 1.0), (1.15, 1.0), (1.4, 2**0.5), (4.3, 4.0), (0.5, 0.5), (0.0, 2**-6), (1e9, 2**6)],
)
def test_it_is_a_power_of_the_root_of_two(fresh, monkeypatch, seconds, found):
    fresh()
    monkeypatch.setattr(module, "_measured", lambda: seconds * module.USUAL)
    assert math.isclose(module.pace(), found)


def test_what_was_measured_once_stays(fresh, monkeypatch):
    fresh()
    before = module.pace()
    assert 2**-4 <= before <= 2**6
    fresh()
    monkeypatch.setattr(module, "_measured", lambda: 1.0)
    assert module.pace() == before


@pytest.mark.parametrize("text", ["", "fast\n", "1.5\n", "-13\n", "99\n", "1", "\u00b2\n"])
def test_a_damaged_file_is_measured_anew(fresh, monkeypatch, text):
    file = fresh()
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "_measured", lambda: 2 * module.USUAL)
    assert module.pace() == 2.0
    assert file.read_text() == "2\n"


def test_where_nothing_can_be_kept_it_is_measured_all_the_same(fresh, monkeypatch):
    fresh().mkdir()
    monkeypatch.setattr(module, "_measured", lambda: 2 * module.USUAL)
    assert module.pace() == 2.0


def test_without_a_folder_it_is_measured_all_the_same(fresh, monkeypatch):
    fresh()
    monkeypatch.setattr(module, "cache_folder", lambda: None)
    monkeypatch.setattr(module, "_measured", lambda: module.USUAL)
    assert module.pace() == 1.0
