"""Machine code that came with the installation: when it is used, and what happens when not."""

import shutil
from pathlib import Path

import pytest

from nndoctor.engine.machine_code import shipment

from .processes import ACTIVATE, counted, in_new_process, machine_code

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

HOST = dict.fromkeys(shipment.V3, True)

needs_baseline = pytest.mark.skipif(
    shipment.baseline() is None, reason="nothing is shipped for this processor"
)


@pytest.fixture
def fresh(monkeypatch, tmp_path):
    """The module with an empty place for shipped code, asked anew."""
    monkeypatch.setattr(shipment, "SHIPPED", tmp_path / "shipped")
    shipment.shipped_folder.cache_clear()
    yield shipment
    shipment.shipped_folder.cache_clear()


@pytest.fixture
def shipped(tmp_path):
    """A place where tanh was shipped, compiled as when a wheel is built."""
    target = shipment.baseline()
    built, folder = tmp_path / "built", tmp_path / "shipped" / shipment.stamp(target)
    in_new_process(
        ACTIVATE,
        "tanh",
        NUMBA_CACHE_DIR=built,
        NUMBA_CPU_NAME=target.cpu,
        NUMBA_CPU_FEATURES="",
    )
    folder.mkdir(parents=True)
    for path in built.rglob("*.code"):
        shutil.copy(path, folder)
    return folder


def activated(shipped: Path, home: Path, *names: str, **environment: object) -> tuple[str, int]:
    """What a new process says that has this shipped code, and its number of compiler passes."""
    code = f"""
from pathlib import Path
from nndoctor.engine.machine_code import shipment
shipment.SHIPPED = Path({str(shipped.parent)!r})
{ACTIVATE}"""
    said = in_new_process(counted(code), *names, NUMBA_CACHE_DIR=home, **environment)
    *units, passes = said.splitlines()
    return "\n".join(units), int(passes)


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
def test_what_fits_is_not_compiled_nor_kept_a_second_time(shipped, tmp_path):
    said, passes = activated(shipped, tmp_path / "home", "tanh")
    assert said.startswith("tanh -0.995054753")
    assert passes == 0
    assert machine_code(tmp_path / "home") == {}


@needs_baseline
def test_what_was_not_shipped_is_compiled_once_and_kept_apart(shipped, tmp_path):
    home = tmp_path / "home"
    without = in_new_process(ACTIVATE, "tanh", NUMBA_CACHE_DIR=home)
    apart = machine_code(home)
    said, passes = activated(shipped, home, "tanh", "relu")
    assert passes > 0
    again, none = activated(shipped, home, "tanh", "relu")
    assert (again, none) == (said, 0)
    assert said.splitlines()[0].split()[0] == without.split()[0]
    assert machine_code(home).items() > apart.items()
    assert len(list((home / "numba").iterdir())) == 2


@needs_baseline
@pytest.mark.parametrize(
    "damage",
    [lambda content: b"", lambda content: content[:-9] + bytes(9), lambda content: b"\0" * 99],
)
def test_damage_is_compiled_around_and_the_installation_left_alone(shipped, tmp_path, damage):
    sound, _ = activated(shipped, tmp_path / "sound", "tanh")
    for path in shipped.iterdir():
        path.write_bytes(damage(path.read_bytes()))
    before = {path: path.read_bytes() for path in shipped.iterdir()}
    said, passes = activated(shipped, tmp_path / "home", "tanh")
    again, none = activated(shipped, tmp_path / "home", "tanh")
    assert passes > 0
    assert (said, none) == (again, 0)
    assert [float(x) for x in said.split()[1:]] == pytest.approx(
        [float(x) for x in sound.split()[1:]], rel=1e-12
    )
    assert {path: path.read_bytes() for path in shipped.iterdir()} == before


@needs_baseline
def test_no_folder_to_write_to_is_no_reason_to_compile(shipped, tmp_path):
    file = tmp_path / "file"
    file.touch()
    nowhere = {"XDG_CACHE_HOME": file / "cache", "TMPDIR": file, "TEMP": file, "TMP": file}
    said, passes = activated(shipped, file / "cache", "tanh", **nowhere)
    assert said.startswith("tanh")
    assert passes == 0
