"""What is compiled, what is loaded, and that it is always the right code."""

import numpy as np
import pytest

from nndoctor.engine import jit
from nndoctor.engine.elementary import finite
from nndoctor.engine.machine_code.entry import STAMP
from nndoctor.engine.machine_code.folder import cache_folder

from ...oracles import activations as oracle
from .processes import (
    ACTIVATE,
    DRAW,
    DRAWN,
    UNSHIPPED,
    counted,
    drawn,
    in_new_process,
    machine_code,
    right,
    started,
    told,
)

pytestmark = pytest.mark.slow  # whole runs, or processes of their own

TRAIN = """
import numpy as np
from nndoctor.adapters.dense import Dense, Unit
from nndoctor.adapters.mlp import MLP
from nndoctor.trainable import Batch, Plan, Task
start = Unit("he_normal")
layers = (
    Dense(3, Unit("gelu"), start, norm="batch_norm", dropout=0.2),
    Dense(1, Unit("linear"), start),
)
net = MLP(Task("regression", "log_cosh", 1), 2, layers, Unit("sgd")).fresh(0)
rng = np.random.default_rng(0)
batch = Batch(rng.normal(size=(8, 2)).astype("f4"), rng.normal(size=(8, 1)).astype("f4"))
print(*net.train(batch, Plan(2)).loss)
"""

CLOSURES = """
import sys
import numpy as np
from nndoctor.engine import jit
def adding(number):
    def add(x):
        x[0] += number
    return add
@jit.kernel
def apply(address, x):
    jit.call(address, (x,))
for number in sys.argv[1:]:
    x = np.zeros(1)
    apply(jit.pointer(adding(int(number)), jit.vector(x.dtype)), x)
    print(number, x[0])
"""


def activated(said):
    """How many lines it has; each has to be a name and its activation of -3 .. 3."""
    lines = [line.split() for line in said.splitlines()]
    for name, *values in lines:
        np.testing.assert_allclose(
            np.array(values, float), oracle.value(name, np.linspace(-3, 3, 7)[None])[0], rtol=1e-12
        )
    return len(lines)


def test_the_second_process_compiles_nothing_to_train(tmp_path):
    """Nor where a unit is made of scalar functions: closures over compiled ones would have a new
    key in each process.
    """
    code = counted(TRAIN)
    first, second = (
        in_new_process(code, NUMBA_CACHE_DIR=tmp_path, PYTHONHASHSEED=seed) for seed in (1, 2)
    )
    assert int(first.splitlines()[-1]) > 0
    assert second.splitlines() == [*first.splitlines()[:-1], "0"]


def test_what_is_kept_is_loaded_without_all_that_numba_compiles_with(tmp_path):
    """And what is not there yet is compiled beside it."""
    code = DRAW + "print('numba.np.arraymath' in sys.modules)\n"
    settings = UNSHIPPED | {"NUMBA_CACHE_DIR": tmp_path}
    one, all_of_it = (in_new_process(DRAW, *names, **settings) for names in (DRAWN[:1], DRAWN))
    (tmp_path / "new").mkdir()
    settings["NUMBA_CACHE_DIR"] = tmp_path / "new"
    assert in_new_process(code, DRAWN[0], **settings) == one + "\nTrue"
    assert in_new_process(code, DRAWN[0], **settings) == one + "\nFalse"
    assert in_new_process(code, *DRAWN, **settings) == all_of_it + "\nTrue"


def test_units_compiled_at_once_by_two_processes_stay_themselves(tmp_path):
    """The order that once left relu's code under tanh's name; nobody waits, so both write."""
    hurried = "from nndoctor.engine.machine_code.compiler import TURN\nTURN.patience = 0.0\n"
    at_once = [
        started(hurried + ACTIVATE, name, NUMBA_CACHE_DIR=tmp_path) for name in ("relu", "tanh")
    ]
    assert [activated(told(process)) for process in at_once] == [1, 1]
    said = in_new_process(counted(ACTIVATE), "relu", "tanh", NUMBA_CACHE_DIR=tmp_path)
    *units, passes = said.splitlines()
    assert activated("\n".join(units)) == 2
    assert passes == "0"


def test_closures_of_equal_names_stay_themselves(tmp_path):
    """Compiled first thing in two processes, their symbols have one name."""
    file = tmp_path / "closures.py"
    file.write_text(CLOSURES)
    code = f"import runpy\nrunpy.run_path({str(file)!r})"
    for numbers in (("1",), ("2",), ("1", "2")):
        said = in_new_process(code, *numbers, NUMBA_CACHE_DIR=tmp_path, PYTHONHASHSEED=0)
        assert said.splitlines() == [f"{number} {number}.0" for number in numbers]


def test_other_flags_are_another_entry(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    cache_folder.cache_clear()
    try:
        for math in ({"nsz"}, {"contract"}, {"nsz"}):
            assert jit.kernel(finite.py_func, math=math)(1.0)
    finally:
        cache_folder.cache_clear()
    assert len(machine_code(tmp_path)) == 2


def test_damaged_swapped_and_foreign_entries_are_compiled_anew(tmp_path):
    """A process each: of what is damaged in which way, test_entry.py has more."""
    here = {"NUMBA_CACHE_DIR": tmp_path, **UNSHIPPED}
    nowhere = b"cnowhere\nnothing\n."
    foreign = f"""
from nndoctor.engine.machine_code.entry import Entry
whole = Entry.write
Entry.write = lambda entry, pickled: whole(entry, {nowhere})
"""
    in_new_process(foreign + DRAW, *DRAWN, **here)
    paths = sorted(tmp_path.rglob("*.code"))
    assert {size for size, _ in machine_code(tmp_path).values()} == {STAMP + len(nowhere)}
    assert drawn(**here) > 0
    sound = {path: path.read_bytes() for path in paths}
    assert min(map(len, sound.values())) > 1000
    first, _, last = sound.values()
    for path, content in zip(paths, (b"", first, last[:-20] + bytes(20)), strict=True):
        path.write_bytes(content)
    assert drawn(**here) > 0
    assert machine_code(tmp_path).keys() == {path.name for path in paths}
    assert drawn(**here) == 0


def test_of_three_first_starts_one_compiles(tmp_path):
    """All kernels in one turn, as the command line has it."""
    inside = "\n".join(f"    {line}" for line in DRAW.strip().splitlines())
    code = counted(
        f"from nndoctor.engine.machine_code.compiler import turn\nwith turn():\n{inside}"
    )
    three = [started(code, *DRAWN, NUMBA_CACHE_DIR=tmp_path, **UNSHIPPED) for _ in range(3)]
    *none, all_of_it = sorted(right(told(process)) for process in three)
    assert none == [0, 0]
    assert all_of_it > 0
