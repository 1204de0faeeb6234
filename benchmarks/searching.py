"""Sixty trials of a digits net beside scikit-learn, on one core and two: benchmarks/searching.py.

Same rows, splits, epochs and layers; nothing is broken off. The journal is written in each of ours.
"""

import statistics
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
from results import machine, options, publish, table
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import PredefinedSplit, RandomizedSearchCV
from sklearn.neural_network import MLPClassifier

from nndoctor import load_setup
from nndoctor.engine.blas import one_thread
from nndoctor.searching.bench import Bench
from nndoctor.searching.keeping import Kept, journal
from nndoctor.searching.space import space_of
from nndoctor.searching.stages import Runner, Stage
from nndoctor.watch import Watch

TRIALS, EPOCHS, HIDDEN, BATCH = 60, 20, 64, 32
RECIPE = f"""\
[data]
path = "{Path(__file__).parents[1] / "sample_data" / "digits.csv"}"
target = "digit"
[data.preprocess]
features = "standardize"
[model]
hidden = [{HIDDEN}]
[training]
epochs = {EPOCHS}
batch_size = {BATCH}
[search.space]
"optimizer.learning_rate" = {{ low = 1e-4, high = 1e-2, scale = "log" }}
"regularization.l2" = {{ low = 1e-6, high = 1e-2, scale = "log" }}
"""


def ours(bench: Bench, folder: Path, jobs: int) -> tuple[float, float]:
    """Seconds of all trials, and those beside training of each."""
    space = space_of(bench.recipe, len(bench.plain.train))
    place = folder / f"{time.monotonic_ns()}.journal"
    begun = time.perf_counter()
    keeper = Kept(journal(place), "benchmark", str(place), "")
    runner = Runner(bench, keeper, "random", 0, jobs, lambda trial: None, whole=True)
    with one_thread():
        trials, _ = runner.run(Stage(1, TRIALS, EPOCHS), space)
    seconds = time.perf_counter() - begun
    return seconds, (seconds - sum(trial.seconds for trial in trials)) / TRIALS


def theirs(bench: Bench, jobs: int) -> float:
    """Seconds of as many trials of RandomizedSearchCV."""
    train, held = bench.plain.train, bench.plain.validation
    assert held is not None
    x, y = np.concatenate([train.x, held.x]), np.concatenate([train.y, held.y])[:, 0]
    fold = PredefinedSplit([-1] * len(train) + [0] * len(held))
    net = MLPClassifier(
        (HIDDEN,),
        batch_size=BATCH,
        max_iter=EPOCHS,
        tol=0.0,
        n_iter_no_change=10 * EPOCHS,
        random_state=0,
    )
    rng = np.random.default_rng(0)
    tried = {
        "learning_rate_init": 10 ** rng.uniform(-4, -2, 1000),
        "alpha": 10 ** rng.uniform(-6, -2, 1000),
    }
    search = RandomizedSearchCV(
        net, tried, n_iter=TRIALS, cv=fold, refit=False, n_jobs=jobs, random_state=0
    )
    begun = time.perf_counter()
    with warnings.catch_warnings(), one_thread():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search.fit(x, y)
    return time.perf_counter() - begun


def report(rounds: int) -> str:
    """The sides take turns; medians."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = Path(folder) / "digits.toml"
        recipe.write_text(RECIPE)
        bench = Bench.of(load_setup(recipe), Watch())
        ours(bench, Path(folder), 2)  # compiled
        turns = [
            (ours(bench, Path(folder), 1), ours(bench, Path(folder), 2)[0], theirs(bench, 2))
            for _ in range(rounds)
        ]
    one, two, other = (
        statistics.median(turn) for turn in zip(*((a[0], b, c) for a, b, c in turns), strict=True)
    )
    beside = statistics.median(turn[0][1] for turn in turns)
    lines = [
        ("one core", f"{one:.2f} s", "", ""),
        ("two cores", f"{two:.2f} s", f"{one / two:.2f} times one core", "1.8"),
        ("RandomizedSearchCV, two jobs", f"{other:.2f} s", f"{other / two:.1f} times ours", "5"),
        ("beside training, a trial", f"{1e3 * beside:.1f} ms", "", "below 5 ms"),
    ]
    heading = f"## {TRIALS} trials of a digits net"
    about = f"{machine()}. {rounds} rounds, medians; {EPOCHS} epochs each, journal included."
    return "\n\n".join((heading, about, table(("", "time", "ratio", "goal"), lines)))


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=5).parse_args()
    publish("searching", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
