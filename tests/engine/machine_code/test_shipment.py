"""Machine code that came with the installation: when it is used, and what happens when not."""

import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from nndoctor.engine.machine_code import shipment

from .processes import drawn, machine_code

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

HOST = dict.fromkeys(shipment.V3, True)

needs_baseline = pytest.mark.skipif(
    shipment.baseline() is None, reason="nothing is shipped for this processor"
)


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """The module with an empty place for shipped code, asked anew."""
    monkeypatch.setattr(shipment, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(shipment, "installed", lambda: tmp_path / "installed")
    shipment.shipped_folder.cache_clear()
    yield shipment
    shipment.shipped_folder.cache_clear()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """What is shipped in these tests, compiled as when a wheel is built."""
    built = tmp_path_factory.mktemp("built")
    assert drawn(
        NUMBA_CACHE_DIR=built, NUMBA_CPU_NAME=shipment.baseline().cpu, NUMBA_CPU_FEATURES=""
    )
    return sorted(built.rglob("*.code"))


@pytest.fixture
def shipped(tmp_path, compiled):
    """A place where it was shipped to."""
    folder = tmp_path / "shipped" / shipment.stamp(shipment.baseline())
    folder.mkdir(parents=True)
    for path in compiled:
        shutil.copy(path, folder)
    return folder


def passes(shipped: Path, home: Path, **environment: object) -> int:
    """Of the compiler, in a new process that has this shipped code and draws what is right."""
    place = f"""
from pathlib import Path
from nndoctor.engine.machine_code import shipment
shipment.SHIPPED = Path({str(shipped.parent)!r})
shipment.installed = lambda: Path({str(home / "installed")!r})
"""
    return drawn(place, NUMBA_CACHE_DIR=home, **environment)


@pytest.mark.parametrize("lacking", sorted(shipment.V3))
def test_each_feature_of_the_baseline_is_needed(lacking):
    target = shipment.BASELINES["x86_64"]
    assert target.fits(HOST | {"avx512f": False})
    assert not target.fits(HOST | {lacking: False})
    assert not target.fits({name: True for name in HOST if name != lacking})


@pytest.mark.parametrize(
    ("triple", "host", "cpu"),
    [
        ("x86_64-unknown-linux-gnu", HOST, "x86-64-v3"),
        ("x86_64-unknown-linux-gnu", HOST | {"avx2": False}, None),
        ("aarch64-unknown-linux-gnu", {}, "generic"),
        ("arm64-apple-darwin24", {}, "generic"),
        ("riscv64-unknown-linux-gnu", {}, None),
    ],
)
def test_the_baseline_follows_architecture_and_features(monkeypatch, triple, host, cpu):
    monkeypatch.setattr(shipment.binding, "get_process_triple", lambda: triple)
    monkeypatch.setattr(shipment.binding, "get_host_cpu_features", lambda: host)
    found = shipment.baseline()
    assert (found and found.cpu) == cpu


@needs_baseline
@pytest.mark.parametrize("variable", ["CPU_NAME", "CPU_FEATURES"])
def test_who_asks_for_another_target_gets_it(monkeypatch, variable):
    monkeypatch.setattr(shipment.config, variable, "")
    assert shipment.baseline() is None


@needs_baseline
@pytest.mark.parametrize("change", ["python", "engine", "processor"])
def test_another_stamp_does_not_fit(fresh, monkeypatch, change):
    folder = fresh.SHIPPED / fresh.stamp(fresh.baseline())
    folder.mkdir(parents=True)
    (folder / "a.code").touch()
    assert fresh.shipped_entries() == [folder / "a.code"]
    assert fresh.shipment_digest()
    fresh.shipped_folder.cache_clear()
    if change == "python":
        monkeypatch.setattr(fresh.sys.implementation, "cache_tag", "cpython-39")
    elif change == "engine":
        monkeypatch.setattr(fresh, "engine_digest", lambda: "edited")
    else:
        monkeypatch.setattr(fresh.binding, "get_host_cpu_features", dict)
        monkeypatch.setattr(
            fresh,
            "BASELINES",
            {key: fresh.Baseline("new", frozenset({"new"})) for key in fresh.BASELINES},
        )
    assert fresh.shipped_folder() is None
    assert fresh.shipped_entries() == []
    assert fresh.shipment_digest() == ""


@needs_baseline
def test_a_checkout_takes_what_was_installed_of_the_same_engine(fresh, tmp_path, monkeypatch):
    folder = tmp_path / "installed" / fresh.stamp(fresh.baseline())
    folder.mkdir(parents=True)
    assert fresh.shipped_folder() == folder
    fresh.shipped_folder.cache_clear()
    monkeypatch.setattr(fresh, "engine_digest", lambda: "edited")
    assert fresh.shipped_folder() is None


def test_without_an_installation_nothing_else_is_looked_at(monkeypatch):
    def none(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.distribution", none)
    assert shipment.installed() == shipment.SHIPPED


@needs_baseline
def test_what_fits_is_not_compiled_nor_kept_a_second_time(shipped, tmp_path):
    assert passes(shipped, tmp_path / "home") == 0
    assert machine_code(tmp_path / "home") == {}


@needs_baseline
def test_what_was_not_shipped_is_compiled_once_and_kept_apart(shipped, tmp_path):
    home = tmp_path / "home"
    assert passes(tmp_path / "nowhere" / "at all", home) > 0
    (apart,) = (home / "numba").iterdir()
    without = machine_code(apart)
    assert len(without) == 3
    for path in list(shipped.iterdir())[1:]:
        path.unlink()
    assert passes(shipped, home) > 0
    assert passes(shipped, home) == 0
    assert machine_code(apart) == without
    assert len(list((home / "numba").iterdir())) == 2


@needs_baseline
def test_damage_is_compiled_around_and_the_installation_left_alone(shipped, tmp_path):
    paths = sorted(shipped.iterdir())
    cut = paths[1].read_bytes()[:-9] + bytes(9)
    before = dict(zip(paths, (b"", cut, bytes(99)), strict=True))
    for path, content in before.items():
        path.write_bytes(content)
    assert passes(shipped, tmp_path / "home") > 0
    assert len(machine_code(tmp_path / "home")) == 3
    assert passes(shipped, tmp_path / "home") == 0
    assert {path: path.read_bytes() for path in shipped.iterdir()} == before


@needs_baseline
def test_no_folder_to_write_to_is_no_reason_to_compile(shipped, tmp_path):
    file = tmp_path / "file"
    file.touch()
    nowhere = {"XDG_CACHE_HOME": file / "cache", "TMPDIR": file, "TEMP": file, "TMP": file}
    assert passes(shipped, file / "cache", **nowhere) == 0
