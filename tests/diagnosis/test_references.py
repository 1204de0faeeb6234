"""What a network is held against."""

import os
import subprocess
import sys

import numpy as np
import pytest

from nndoctor.diagnosis.references import rebuilds
from nndoctor.diagnosis.subject import Tabular


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


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda x: x * 3 + 5, True),
        (lambda x: x[:, ::-1] * 3, False),
        (lambda x: x[:, :3], False),
        (lambda x: x[:, 0], False),
        (np.sin, False),
    ],
)
def test_no_simple_model_is_asked_to_give_inputs_back(change, told):
    x = np.random.default_rng(0).normal(size=(200, 4))
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    for inputs in (scaled, x * 7 - 2):
        assert rebuilds(Tabular(inputs, change(x), inputs, change(x))) == told
