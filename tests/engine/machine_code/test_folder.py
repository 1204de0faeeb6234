"""Where machine code goes, who may write there, and what clearing removes."""

import os
import shutil
import sys
from pathlib import Path

import numba
import pytest

from nndoctor.engine.machine_code import folder, sources

from .processes import in_new_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
posix = pytest.mark.skipif(os.name != "posix", reason="owners and modes are POSIX's")


@pytest.fixture
def fresh_folder(monkeypatch, tmp_path):
    """`cache_folder` below tmp_path, asked anew, and once more afterwards."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder.cache_folder.cache_clear()
    yield folder.cache_folder
    folder.cache_folder.cache_clear()


@pytest.fixture
def not_a_folder(tmp_path):
    """Below a plain file no folder can be made, not even by root."""
    file = tmp_path / "file"
    file.write_text("")
    return file / "cache"


@pytest.fixture
def fallback(fresh_folder, monkeypatch, tmp_path, not_a_folder):
    """The folder inside the temporary one, which is all there is."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(not_a_folder))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    return tmp_path / f"nndoctor-{os.getuid() if os.name == 'posix' else 0}"


def test_numbas_own_variable_wins(fresh_folder, tmp_path):
    assert fresh_folder().is_relative_to(tmp_path / "numba")


@linux
def test_the_users_cache_folder_is_the_default(fresh_folder, monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert fresh_folder().is_relative_to(tmp_path / "home/nndoctor/numba")


@linux
def test_an_unwritable_cache_folder_gives_way_to_the_temporary_one(
    fresh_folder, fallback, monkeypatch, not_a_folder
):
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(not_a_folder))
    assert fresh_folder().is_relative_to(fallback)
    assert fresh_folder().is_dir()


def test_without_any_folder_kernels_still_work(not_a_folder):
    code = f"""
import tempfile
tempfile.gettempdir = lambda: {str(not_a_folder)!r}
tempfile.TemporaryFile = None
from nndoctor.engine import random
from nndoctor.engine.machine_code import folder, sources
state = random.seeded(1)
print(folder.cache_folder(), folder.entries(), 0 <= random.uniform(state) < 1)
"""
    told = in_new_process(code, XDG_CACHE_HOME=not_a_folder, NUMBA_CACHE_DIR=not_a_folder)
    assert told == "None [] True"


@posix
def test_the_fallback_is_made_for_its_owner_alone(fresh_folder, fallback):
    assert fresh_folder().is_relative_to(fallback)
    assert fallback.stat().st_mode & 0o777 == 0o700
    fresh_folder.cache_clear()
    assert fresh_folder().is_relative_to(fallback)  # it is taken again


@posix
@pytest.mark.parametrize("mode", [0o770, 0o702, 0o755, 0o1777])
def test_a_fallback_open_to_others_is_not_used(fresh_folder, fallback, mode):
    fallback.mkdir()
    fallback.chmod(mode)
    assert fresh_folder() is None
    assert list(fallback.iterdir()) == []


@posix
def test_a_fallback_of_another_user_is_not_used(fresh_folder, fallback, monkeypatch):
    fallback.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: fallback.stat().st_uid + 1)
    assert fresh_folder() is None


@posix
@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_a_fallback_that_is_a_link_or_a_file_is_not_used(fresh_folder, fallback, tmp_path, make):
    target = tmp_path / "target"
    make(target, mode=0o700)
    fallback.symlink_to(target)
    assert fresh_folder() is None
    fallback.unlink()
    fallback.touch()
    fresh_folder.cache_clear()
    assert fresh_folder() is None


def test_another_digest_is_another_folder(monkeypatch, fresh_folder):
    first = fresh_folder()
    fresh_folder.cache_clear()
    assert fresh_folder() == first
    fresh_folder.cache_clear()
    monkeypatch.setattr(folder, "engine_digest", lambda: "other")
    assert fresh_folder() not in (None, first)


def test_the_digest_is_of_every_source_and_its_name(monkeypatch, tmp_path):
    (tmp_path / "part").mkdir()
    files = [tmp_path / "jit.py", tmp_path / "part/other.py"]
    for path in files:
        path.write_text("a = 1\n")
    seen = [sources.digest_of(tmp_path)]
    files[1].write_text("a = 2\n")
    seen.append(sources.digest_of(tmp_path))
    files[1].rename(tmp_path / "part/renamed.py")
    seen.append(sources.digest_of(tmp_path))
    monkeypatch.setattr(numba, "__version__", "another")
    seen.append(sources.digest_of(tmp_path))
    assert len(set(seen)) == 4


def test_checkouts_of_the_same_sources_share_a_folder_whatever_their_times(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "jit.py").write_text("a = 1\n")
    first = sources.digest_of(tmp_path / "one")
    os.utime(tmp_path / "two/jit.py", (1, 1))
    assert sources.digest_of(tmp_path / "two") == first


def test_clearing_removes_all_versions_and_says_how_much_it_freed(fresh_folder):
    ours = fresh_folder()
    (ours / "old.code").write_bytes(bytes(100))
    shutil.copytree(ours, ours.with_name("0.0-another"))
    assert folder.entries() == [ours / "old.code"]
    assert folder.clear_cache() == 2 * (100 + len(folder.MARK))
    assert list(ours.parent.iterdir()) == []
    assert folder.entries() == []
    assert fresh_folder() == ours  # ready for what is compiled next
    assert ours.is_dir()


def test_clearing_leaves_whatever_is_not_ours(fresh_folder, tmp_path):
    beside = fresh_folder().parent
    kept = [tmp_path / "thesis.txt", beside / "notes.txt", beside / "project/main.py"]
    kept += [beside / "foreign/CACHEDIR.TAG", tmp_path / "linked/data.csv"]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
    (tmp_path / "linked" / folder.MARKER).write_bytes(folder.MARK)
    (beside / "link").symlink_to(tmp_path / "linked")
    assert folder.clear_cache() == len(folder.MARK)
    assert all(path.exists() for path in kept)
