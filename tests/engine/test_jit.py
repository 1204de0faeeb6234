"""Where machine code goes, and that numba's own settings are left alone."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from nndoctor.engine import jit

FOLDER = "from nndoctor.engine import jit; print(jit.cache_folder())"


def _in_new_process(code, **environment):
    kept = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=kept | {key: str(value) for key, value in environment.items()},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def fresh_folder():
    """`cache_folder` is asked anew, and once more afterwards."""
    jit.cache_folder.cache_clear()
    yield jit.cache_folder
    jit.cache_folder.cache_clear()


@pytest.fixture
def not_a_folder(tmp_path):
    """Below a plain file no folder can be made, not even by root."""
    file = tmp_path / "file"
    file.write_text("")
    return file / "cache"


def test_numbas_own_variable_wins(tmp_path):
    assert _in_new_process(FOLDER, NUMBA_CACHE_DIR=tmp_path).startswith(str(tmp_path / "numba"))


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
def test_the_users_cache_folder_is_the_default(tmp_path):
    home = tmp_path / "home"
    assert _in_new_process(FOLDER, XDG_CACHE_HOME=home).startswith(str(home / "nndoctor/numba"))


@pytest.mark.skipif(sys.platform != "linux", reason="XDG folders are Linux's")
def test_an_unwritable_cache_folder_gives_way_to_the_temporary_one(tmp_path, not_a_folder):
    told = _in_new_process(FOLDER, XDG_CACHE_HOME=not_a_folder, TMPDIR=tmp_path)
    assert Path(told).parts[: len(tmp_path.parts)] == tmp_path.parts
    assert Path(told).is_dir()


def test_without_any_folder_kernels_still_work(not_a_folder):
    code = f"""
import tempfile
tempfile.gettempdir = lambda: {str(not_a_folder)!r}
tempfile.TemporaryFile = None
from nndoctor.engine import jit, random
import numpy as np
state = random.seeded(1)
print(jit.cache_folder(), jit.cache_is_cold(), 0 <= random.uniform(state) < 1)
"""
    told = _in_new_process(code, XDG_CACHE_HOME=not_a_folder, NUMBA_CACHE_DIR=not_a_folder)
    assert told == "None True True"


def test_another_digest_is_another_folder(monkeypatch, tmp_path, fresh_folder):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    first = fresh_folder()
    fresh_folder.cache_clear()
    assert fresh_folder() == first
    fresh_folder.cache_clear()
    monkeypatch.setattr(jit, "_source_digest", lambda: "other")
    assert fresh_folder() not in (None, first)


def test_the_digest_sees_every_source(monkeypatch, tmp_path):
    for name in ("jit.py", "other.py"):
        (tmp_path / name).write_text("a = 1\n")
    monkeypatch.setattr(jit, "__file__", str(tmp_path / "jit.py"))
    first = jit._source_digest()
    assert jit._source_digest() == first
    (tmp_path / "other.py").write_text("a = 2\n")
    assert jit._source_digest() != first
    monkeypatch.setattr(numba, "__version__", "another")
    assert len({first, jit._source_digest()}) == 2


def test_clearing_says_how_much_it_freed(monkeypatch, tmp_path, fresh_folder):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = fresh_folder()
    (folder / "old.nbi").write_bytes(bytes(100))
    assert not jit.cache_is_cold()
    assert jit.clear_cache() == 100
    assert jit.cache_is_cold()
    assert not folder.exists()


def test_numbas_settings_are_left_as_found(monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "/as/it/was")
    doubled = jit.kernel(lambda x: 2 * x)
    assert doubled(3) == 6
    assert numba.config.CACHE_DIR == "/as/it/was"

    def failing():
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        jit._in_our_cache(failing)
    assert numba.config.CACHE_DIR == "/as/it/was"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_compiled_code_sees_nan_and_divides_by_zero(dtype):
    @jit.kernel
    def bad(x):
        return np.isnan(x[0]) and x[0] != x[0] and np.isinf(x[1]) and np.isinf(x[2] / x[3])

    assert bad(np.array([np.nan, np.inf, 1, 0], dtype))


def test_the_second_process_compiles_nothing(tmp_path):
    code = """
import numpy as np
from nndoctor.engine import random
print(random.uniform(random.seeded(1)), sum(random.uniform.stats.cache_hits.values()))
"""
    first, second = (_in_new_process(code, NUMBA_CACHE_DIR=tmp_path) for _ in range(2))
    assert first.split()[1] == "0"
    assert second.split() == [first.split()[0], "1"]


@pytest.mark.parametrize("unit", ["ACTIVATIONS['silu']", "LOSSES['huber', True]"])
def test_a_unit_made_of_scalar_functions_is_out_of_the_cache_in_the_second_process(unit, tmp_path):
    """Closures over compiled functions would not be: their key is new in each process."""
    code = f"""
import numpy as np
from nndoctor.engine import jit
from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.engine.losses import LOSSES
m, v = jit.matrix(np.dtype(np.float32)), jit.vector(np.dtype(np.float32))
unit = {unit}
if hasattr(unit, "forward"):
    jit.pointer(unit.forward, m, v, m, v), jit.pointer(unit.backward, m, m, m, v, v, v)
else:
    jit.pointer(unit.value_and_gradient, m, m, m, v, v)
print(len(jit._KEEP_ALIVE), sum(one.cache_hits for one in jit._KEEP_ALIVE))
"""
    first, second = (_in_new_process(code, NUMBA_CACHE_DIR=tmp_path) for _ in range(2))
    units, hits = first.split()
    assert hits == "0"
    assert second.split() == [units, units]


def test_the_second_process_compiles_nothing_to_train(tmp_path):
    code = """
import numpy as np
from nndoctor.adapters.dense import Dense, Unit
from nndoctor.adapters.mlp import MLP
from nndoctor.engine import jit, training
from nndoctor.trainable import Batch, Plan, Task
start = Unit("he_normal")
layers = (
    Dense(2, Unit("linear"), Unit("zeros"), False, norm="batch_norm", linear=False),
    Dense(3, Unit("gelu"), start, norm="layer_norm", dropout=0.2),
    Dense(3, Unit("maxout", (2.0,)), start, norm="batch_norm"),
    Dense(3, Unit("prelu"), start),
    Dense(1, Unit("linear"), start),
)
task = Task("regression", "log_cosh", 1)
net = MLP(task, 2, layers, Unit("sgd")).fresh(0)
rng = np.random.default_rng(0)
batch = Batch(rng.normal(size=(8, 2)).astype("f4"), rng.normal(size=(8, 1)).astype("f4"))
loss = net.train(batch, Plan(2)).loss
hits = sum(training.train.stats.cache_hits.values())
print(*loss, hits, sum(one.cache_hits == 0 for one in jit._KEEP_ALIVE))
"""
    first, second = (_in_new_process(code, NUMBA_CACHE_DIR=tmp_path) for _ in range(2))
    assert first.split()[2] == "0"
    assert second.split() == [*first.split()[:2], "1", "0"]
