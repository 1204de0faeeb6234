"""What is compiled, what is loaded, and that it is always the right code."""

import numpy as np
import pytest

from ...oracles import activations as oracle
from .processes import (
    ACTIVATE,
    UNSHIPPED,
    counted,
    in_new_process,
    machine_code,
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


def right(said):
    """Whether each line is a name and its activation of -3 .. 3."""
    lines = [line.split() for line in said.splitlines()]
    for name, *values in lines:
        np.testing.assert_allclose(
            np.array(values, float), oracle.value(name, np.linspace(-3, 3, 7)[None])[0], rtol=1e-12
        )
    return len(lines)


def test_the_second_process_compiles_nothing(tmp_path):
    code = counted("from nndoctor.engine import random\nprint(random.uniform(random.seeded(1)))")
    first, second = (in_new_process(code, NUMBA_CACHE_DIR=tmp_path, **UNSHIPPED) for _ in range(2))
    assert int(first.split()[1]) > 0
    assert second.split() == [first.split()[0], "0"]


@pytest.mark.slow
def test_the_second_process_compiles_nothing_to_train(tmp_path):
    code = counted(TRAIN)
    first, second = (
        in_new_process(code, NUMBA_CACHE_DIR=tmp_path, PYTHONHASHSEED=seed) for seed in (1, 2)
    )
    assert int(first.splitlines()[-1]) > 0
    assert second.splitlines() == [*first.splitlines()[:-1], "0"]


@pytest.mark.slow
def test_a_unit_made_of_scalar_functions_is_out_of_the_cache_in_the_second_process(tmp_path):
    """Closures over compiled functions would not be: their key is new in each process."""
    code = counted(
        """
import numpy as np
from nndoctor.engine import jit
from nndoctor.engine.activations import ACTIVATIONS
from nndoctor.engine.losses import LOSSES
m, v = jit.matrix(np.dtype(np.float32)), jit.vector(np.dtype(np.float32))
jit.pointer(ACTIVATIONS["silu"].forward, m, v, m, v)
jit.pointer(ACTIVATIONS["silu"].backward, m, m, m, v, v, v)
jit.pointer(LOSSES["huber", True].value_and_gradient, m, m, m, v, v)
"""
    )
    first, second = (in_new_process(code, NUMBA_CACHE_DIR=tmp_path) for _ in range(2))
    assert int(first) > 0
    assert second == "0"


@pytest.mark.slow
def test_units_compiled_at_once_by_two_processes_stay_themselves(tmp_path):
    """The order that once left relu's code under tanh's name; nobody waits, so both write."""
    hurried = "from nndoctor.engine.machine_code.compiler import TURN\nTURN.patience = 0.0\n"
    at_once = [
        started(hurried + ACTIVATE, name, NUMBA_CACHE_DIR=tmp_path) for name in ("relu", "tanh")
    ]
    assert [right(told(process)) for process in at_once] == [1, 1]
    for order in (("relu", "tanh"), ("tanh", "relu")):
        said = in_new_process(counted(ACTIVATE), *order, NUMBA_CACHE_DIR=tmp_path)
        *units, passes = said.splitlines()
        assert right("\n".join(units)) == 2
        assert passes == "0"


def test_closures_of_equal_names_stay_themselves(tmp_path):
    """Compiled first thing in two processes, their symbols have one name."""
    file = tmp_path / "closures.py"
    file.write_text(CLOSURES)
    code = f"import runpy\nrunpy.run_path({str(file)!r})"
    for numbers in (("1",), ("2",), ("1", "2"), ("2", "1")):
        said = in_new_process(code, *numbers, NUMBA_CACHE_DIR=tmp_path, PYTHONHASHSEED=0)
        assert said.splitlines() == [f"{number} {number}.0" for number in numbers]


def test_other_flags_are_another_entry(tmp_path):
    code = """
import numpy as np
from nndoctor.engine import jit
from nndoctor.engine.elementary import finite
for math in ({"nsz"}, {"contract"}):
    print(jit.kernel(finite.py_func, math=math)(1.0))
"""
    in_new_process(code, NUMBA_CACHE_DIR=tmp_path)
    assert len(machine_code(tmp_path)) == 2


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-20] + bytes(20)])
def test_damaged_entries_are_compiled_anew(tmp_path, damage):
    in_new_process(ACTIVATE, "tanh", NUMBA_CACHE_DIR=tmp_path)
    before = machine_code(tmp_path)
    for path in tmp_path.rglob("*.code"):
        path.write_bytes(damage(path.read_bytes()))
    assert right(in_new_process(ACTIVATE, "tanh", NUMBA_CACHE_DIR=tmp_path)) == 1
    after = machine_code(tmp_path)
    assert after.keys() <= before.keys()  # what is not called any more is not compiled again
    again = in_new_process(counted(ACTIVATE), "tanh", NUMBA_CACHE_DIR=tmp_path)
    assert again.splitlines()[-1] == "0"


def test_swapped_entries_are_compiled_anew(tmp_path):
    in_new_process(ACTIVATE, "tanh", "relu", NUMBA_CACHE_DIR=tmp_path)
    paths = sorted(tmp_path.rglob("*.code"))
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(content)
    assert right(in_new_process(ACTIVATE, "relu", "tanh", NUMBA_CACHE_DIR=tmp_path)) == 2


@pytest.mark.slow
def test_a_pickle_of_another_make_is_compiled_anew(tmp_path):
    code = """
import pickle
from nndoctor.engine.machine_code.entry import Entry
whole = Entry.write
Entry.write = lambda entry, pickled: whole(entry, b"cnowhere\\nnothing\\n.")
"""
    in_new_process(code + ACTIVATE, "tanh", NUMBA_CACHE_DIR=tmp_path)
    foreign = machine_code(tmp_path)
    assert right(in_new_process(ACTIVATE, "tanh", NUMBA_CACHE_DIR=tmp_path)) == 1
    assert all(size > 100 for size, _ in machine_code(tmp_path).values())
    assert foreign


@pytest.mark.slow
def test_of_six_first_starts_one_compiles(tmp_path):
    """All kernels in one turn, as the command line has it."""
    inside = "\n".join(f"    {line}" for line in ACTIVATE.strip().splitlines())
    code = counted(
        f"from nndoctor.engine.machine_code.compiler import turn\nwith turn():\n{inside}"
    )
    names = "tanh", "gelu"
    alone = in_new_process(code, *names, NUMBA_CACHE_DIR=tmp_path / "alone").splitlines()
    six = [started(code, *names, NUMBA_CACHE_DIR=tmp_path / "six") for _ in range(6)]
    said = [told(process).splitlines() for process in six]
    assert {tuple(one[:-1]) for one in said} == {tuple(alone[:-1])}
    assert sorted(int(one[-1]) for one in said) == [0, 0, 0, 0, 0, int(alone[-1])]
    assert machine_code(tmp_path / "six").keys() == machine_code(tmp_path / "alone").keys()
