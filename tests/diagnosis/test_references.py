"""References in a process of their own."""

import os
import subprocess
import sys


def test_boosting_works_on_one_thread_in_each_of_ours():
    """On a busy core its threads waited for each other a hundred times as long as one works."""
    code = """
import nndoctor, sklearn.ensemble
from nndoctor.diagnosis import references
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads as threads
seen, plain = set(), references._estimator
def watched(*given):
    seen.add(threads())
    return plain(*given)
references._estimator = watched
recipe = "[data]\\ngenerator='moons'\\n[model]\\nhidden=[4]\\n[training]\\nepochs=2\\n"
nndoctor.checkup(recipe, budget=1, jobs=2)
print(seen, threads())
"""
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
    )
    assert said.stdout.split() == ["{1}", "2"], said.stderr
