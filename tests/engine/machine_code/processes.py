"""New processes with a cache of their own, and what they compile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from llvmlite import binding

from nndoctor.engine import random

UNSHIPPED = {"NUMBA_CPU_NAME": binding.get_host_cpu_name()}  # for which no code is shipped

# Prints each result and, last, how many passes of numba's compiler were run.
COUNTED = """
from numba.core.event import install_recorder
with install_recorder("numba:run_pass") as passes:
{}
print(len(passes.buffer))
"""

ACTIVATE = """
import sys
import numpy as np
from nndoctor.engine.applying import activate
z = np.linspace(-3, 3, 7)[None]
for name in sys.argv[1:]:
    print(name, *activate(name, (), z)[0].tolist())
"""

# What compiles least: numbers drawn by kernels of which one calls the other, three entries in all.
DRAW = """
import sys
from nndoctor.engine import random
for name in sys.argv[1:]:
    print(name, getattr(random, name)(random.seeded(1)))
"""
DRAWN = ("uniform", "normal")


def started(code: str, *arguments: str, **environment: object) -> subprocess.Popen[str]:
    """A new process; its cache is where the environment says."""
    kept = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env=kept | {key: str(value) for key, value in environment.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> str:
    """What it printed; it has to end well and to say nothing else."""
    out, said = process.communicate(timeout=300)
    assert (process.returncode, said) == (0, "")
    return out.strip()


def in_new_process(code: str, *arguments: str, **environment: object) -> str:
    return told(started(code, *arguments, **environment))


def drawn(before: str = "", **environment: object) -> int:
    """How many passes of the compiler it takes a new process to draw both, which have to be right.

    `before`: what is run first.
    """
    return right(in_new_process(counted(before + DRAW), *DRAWN, **environment))


def right(said: str) -> int:
    """The passes that `DRAW` counted, once its numbers are those that this process draws."""
    *lines, passes = said.splitlines()
    numbers = {name: float(number) for name, number in map(str.split, lines)}
    here = {name: getattr(random, name)(random.seeded(1)) for name in DRAWN}
    assert numbers == pytest.approx(here, rel=1e-12)
    return int(passes)


def counted(code: str) -> str:
    return COUNTED.format("\n".join(f"    {line}" for line in code.strip().splitlines()))


def machine_code(home: Path) -> dict[str, tuple[int, int]]:
    """Each entry below a folder, with its size and the time of its writing."""
    states = {path.name: path.stat() for path in home.rglob("*.code")}
    return {name: (state.st_size, state.st_mtime_ns) for name, state in states.items()}
