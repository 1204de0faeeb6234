"""scikit-learn's own MLP examples, and public questions about MLPs that do not learn, rebuilt.

    python benchmarks/sklearn_cases.py               all of them, some minutes
    python benchmarks/sklearn_cases.py --only 'q*'   those whose name matches

Rows are those that scikit-learn ships or generates, or a law that the question itself states. What
is true of a case is what its example or the answers to its question say, and nothing that a
diagnosis said.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

import numpy as np
from results import table
from sklearn.datasets import (
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_circles,
    make_classification,
    make_moons,
    make_regression,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import nndoctor as nd
from nndoctor.errors import NNDoctorError
from nndoctor.trainable import Array

BUDGET = 20  # seconds a case
HEALTHY, REFUSED = "healthy", "refused"
Rows = tuple[Array, Array]


@dataclass(frozen=True)
class Case:
    """`truth`: HEALTHY, REFUSED, or the causes of which the first one named has to be one."""

    name: str
    source: str
    truth: str
    model: Any
    rows: Callable[[], Rows]


def linearly_separable() -> Rows:
    """As the comparison of classifiers makes it."""
    x, y = make_classification(
        n_features=2, n_redundant=0, n_informative=2, random_state=0, n_clusters_per_class=1
    )
    return x + 2 * np.random.RandomState(2).uniform(size=x.shape), y


def curved_border() -> Rows:
    """Two classes on both sides of a parabola in the unit square."""
    x = np.random.RandomState(1).random_sample((500, 2))
    return x, (x[:, 0] + (2 * (x[:, 1] - 0.5)) ** 2 >= 0.75).astype(int)


def signs() -> Rows:
    """Whether exactly one of two numbers is positive."""
    x = np.random.default_rng(0).uniform(-1, 1, (2000, 2))
    return x, (x[:, 0] > 0) ^ (x[:, 1] > 0)


def sepal_length() -> Rows:
    """The first measure of an iris from the three others."""
    x = load_iris().data
    return x[:, 1:], x[:, 0]


def long_sine() -> Rows:
    """Eight periods."""
    x = np.arange(0, 50, 0.1)
    return x[:, None], np.sin(x)


def traffic() -> Rows:
    """Vehicles of the next hour by day, hour and speed, in hundreds."""
    rng = np.random.default_rng(0)
    day, hour = rng.integers(0, 7, 800), rng.integers(0, 24, 800)
    vehicles = 600 + 500 * np.sin(hour / 24 * 2 * np.pi) - 150 * (day > 4)
    speed = 90 - 0.03 * vehicles + rng.normal(0, 3, 800)
    x = MinMaxScaler().fit_transform(np.column_stack([day, hour, speed]))
    return x, vehicles + rng.normal(0, 30, 800)


def large_numbers() -> Rows:
    """A regression whose target has a deviation of some hundreds."""
    return make_regression(n_samples=500, n_features=10, noise=5, random_state=0)


def diabetes() -> Rows:
    return load_diabetes(return_X_y=True)


def digits() -> Rows:
    return load_digits(return_X_y=True)


CURVES = "example plot_mlp_training_curves"
COMPARISON = "example plot_classifier_comparison"
ALPHA = "example plot_mlp_alpha"
SGD: dict[str, Any] = {"solver": "sgd", "random_state": 0, "learning_rate_init": 0.2}


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _examples()
    yield from _questions()


def _examples() -> Iterator[Case]:
    moons = lambda: make_moons(noise=0.3, random_state=0)  # noqa: E731
    circles = lambda: make_circles(noise=0.2, factor=0.5, random_state=1)  # noqa: E731
    for name, rows in (("moons", moons), ("circles", circles), ("linear", linearly_separable)):
        one = make_pipeline(
            StandardScaler(), MLPClassifier(alpha=1, max_iter=1000, random_state=42)
        )
        yield Case(f"compared {name}", COMPARISON, HEALTHY, one, rows)
        small = MLPClassifier(
            solver="lbfgs",
            alpha=0.1,
            random_state=1,
            max_iter=2000,
            early_stopping=True,
            hidden_layer_sizes=[10, 10],
        )
        yield Case(
            f"alpha 0.1 {name}", ALPHA, HEALTHY, make_pipeline(StandardScaler(), small), rows
        )
    strong = MLPClassifier(
        solver="lbfgs", alpha=10.0, random_state=1, max_iter=2000, hidden_layer_sizes=[10, 10]
    )
    # its picture shows what the penalty takes: the border is almost a line
    yield Case(
        "alpha 10 circles",
        ALPHA,
        "over_regularised",
        make_pipeline(StandardScaler(), strong),
        circles,
    )
    scaled = lambda **more: make_pipeline(MinMaxScaler(), MLPClassifier(**SGD | more))  # noqa: E731
    yield Case("digits, constant rate", CURVES, HEALTHY, scaled(momentum=0, max_iter=15), digits)
    yield Case("digits, Nesterov", CURVES, HEALTHY, scaled(momentum=0.9, max_iter=15), digits)
    falling = scaled(momentum=0, max_iter=15, learning_rate="invscaling")
    # its picture shows a loss that stays where it was
    yield Case(
        "digits, invscaling",
        CURVES,
        "schedule_decays_too_fast learning_rate_too_low",
        falling,
        digits,
    )
    yield Case(
        "digits, Adam 0.01",
        CURVES,
        HEALTHY,
        scaled(solver="adam", learning_rate_init=0.01, max_iter=15),
        digits,
    )
    weights = MLPClassifier(
        hidden_layer_sizes=(40,), max_iter=8, alpha=1e-4, **SGD | {"random_state": 1}
    )
    yield Case(
        "digits, visualised",
        "example plot_mnist_filters, on its smaller digits",
        HEALTHY,
        make_pipeline(MinMaxScaler(), weights),
        digits,
    )
    yield Case(
        "docstring, classes",
        "MLPClassifier, Examples",
        HEALTHY,
        MLPClassifier(random_state=1, max_iter=300),
        lambda: make_classification(n_samples=100, random_state=1),
    )
    yield Case(
        "docstring, numbers",
        "MLPRegressor, Examples",
        HEALTHY,
        MLPRegressor(random_state=1, max_iter=2000, tol=0.1),
        lambda: make_regression(n_samples=200, n_features=20, random_state=1),
    )


def _questions() -> Iterator[Case]:
    yield Case(
        "q logistic, curved border",
        "scikit-learn issue 31235",
        "wrong_hidden_activation saturated_activation vanishing_gradient too_few_epochs "
        "learning_rate_too_low input_not_normalised early_stopping_too_early",
        MLPClassifier((20, 20), activation="logistic", random_state=42),
        curved_border,
    )
    yield Case(
        "q three units for XOR",
        "Stack Overflow 63062211",
        "capacity_too_small underfitting",
        MLPClassifier((3,), n_iter_no_change=100, learning_rate_init=0.01, max_iter=1000),
        signs,
    )
    yield Case(
        "q scaled irises",
        "Stack Overflow 72410071",
        "too_few_epochs target_not_scaled",
        make_pipeline(StandardScaler(), MLPRegressor()),
        sepal_length,
    )
    yield Case(
        "q ends too soon",
        "scikit-learn issue 9456",
        "early_stopping_too_early",
        make_pipeline(
            StandardScaler(),
            MLPRegressor(
                hidden_layer_sizes=(100,) * 4,
                max_iter=10_000,
                tol=0,
                n_iter_no_change=2,
                random_state=0,
            ),
        ),
        long_sine,
    )
    yield Case(
        "q sine over a long range",
        "Artificial Intelligence SE 34695",
        "early_stopping_too_early too_few_epochs capacity_too_small",
        make_pipeline(
            StandardScaler(),
            MLPRegressor(hidden_layer_sizes=[64] * 5, random_state=1, max_iter=2000),
        ),
        long_sine,
    )
    yield Case(
        "q wines, many scales",
        "Data Science SE 78489",
        "input_not_normalised",
        MLPClassifier(random_state=0),
        lambda: load_wine(return_X_y=True),
    )
    yield Case(
        "q numbers that explode",
        "scikit-learn issue 29504",
        "learning_rate_too_high target_not_scaled exploding_gradient",
        MLPRegressor(solver="sgd", learning_rate_init=0.01, random_state=0),
        large_numbers,
    )
    yield Case(
        "q traffic, raw target",
        "Stack Overflow 'MLP with Scikitlearn: Artificial Neural Network application for forecast'",
        "target_not_scaled",
        MLPRegressor(activation="logistic", random_state=0),
        traffic,
    )
    yield Case(
        "q 200 epochs on diabetes",
        "scikit-learn's own ConvergenceWarning on it",
        "too_few_epochs target_not_scaled",
        MLPRegressor(random_state=0),
        diabetes,
    )
    looped = MLPRegressor(
        hidden_layer_sizes=(50,),
        activation="logistic",
        solver="lbfgs",
        max_iter=1,
        alpha=0,
        warm_start=True,
    )
    # what goes on from where it was is no training from fresh weights
    yield Case(
        "q warm start in a loop",
        "scikit-learn issue 13656",
        REFUSED,
        looped.fit(*diabetes()),
        diabetes,
    )


def examined(case: Case) -> list[str]:
    """One row: what was said, and whether it is true."""
    begun = time.perf_counter()
    try:
        said = nd.checkup(case.model, *case.rows(), budget=BUDGET, jobs=1)
    except NNDoctorError as error:
        right = "yes" if case.truth == REFUSED else "NO"
        return [case.name, case.source, REFUSED, str(error.args[0])[:60], "", "", right]
    first = said.causes[0].cause if said.causes else ""
    verdict = str(said.verdict.value)
    right = verdict == HEALTHY if case.truth == HEALTHY else first in case.truth.split()
    seconds = f"{time.perf_counter() - begun:.0f}"
    cure = "; ".join(said.code)
    return [case.name, case.source, verdict, first, cure, seconds, "yes" if right else "NO"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="*")
    wanted = parser.parse_args().only
    warnings.simplefilter("ignore")
    rows = []
    for case in cases():
        if fnmatch(case.name, wanted):
            rows.append(examined(case))
            print("  ".join(rows[-1]), flush=True)
    head = ("case", "source", "verdict", "first cause", "cure", "s", "true")
    print(table(head, rows))
    print(f"{sum(row[-1] == 'yes' for row in rows)} of {len(rows)} are true")


if __name__ == "__main__":
    main()
