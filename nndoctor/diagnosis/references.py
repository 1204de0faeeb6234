"""What other models reach on the same rows: networks of usual settings, and simple models."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from ..comparison import RELEVANT, Arm, arm
from ..running import run_all
from ..trainable import Array
from .budget import Budget
from .evidence import MARGIN
from .laboratory import Laboratory, arm_of, shifted
from .subject import Part, Subject, Tabular

RATES = (1e-3, 1e-2)
SHORTEST, LONG, LONGEST = 200, 2000, 6000  # updates of a reference network
REFERENCES = 0.3  # of all work, for reference networks
MOST_ROWS = 4000  # that simple models are fitted to
ROUNDS, TREES = 100, 200  # of boosting; trees in all, where each round needs one a class
CELLS = 2e6  # of a table that boosting sees in a nominal second
DEAREST = 0.015  # of all work, that boosting may cost a seed
SAME = 1e-3  # of standardised numbers in float32
# Share of the reference's score that a training which is judged on its own rows may lose: to fit
# them less closely than a network without a penalty does may be what other rows would ask for.
UNLEARNED = 0.25
LINEAR, BOOSTED = "a linear model", "boosted trees"
NEIGHBOURS = {1: "the nearest neighbour", 5: "5 nearest neighbours"}


@dataclass(frozen=True)
class Reference:
    """One kind of model over the seeds; `network`: one that the recipe could be, `rate` its own.

    `updates`: as many as it can make without getting worse. `train_scores`: on training rows [S],
    at the best look.
    """

    name: str
    arm: Arm
    network: bool = False
    rate: float = 0.0
    updates: int = 0
    train_scores: tuple[float, ...] = ()

    @property
    def score(self) -> float:
        """The mean."""
        return float(self.arm.scores.mean())


def length(subject: Subject, budget: Budget, seeds: int = 3) -> int:
    """How many updates a reference network makes: fewer where they would eat the budget up."""
    wanted = min(max(subject.updates, LONG), LONGEST)
    each = subject.sound(RATES[0], wanted).cost / wanted
    affordable = REFERENCES * budget.work / (each * seeds * len(RATES))
    return max(int(min(wanted, affordable)), SHORTEST)


def networks(
    laboratory: Laboratory,
    subject: Subject,
    part: Part,
    seeds: Sequence[int],
    rates: Sequence[float] = RATES,
) -> list[Reference]:
    """Reference networks, with standard settings, at each rate, on each seed.

    How long one trains is chosen by the looks of the other seeds, so that no look is chosen by the
    rows that it is judged on.
    """
    found = []
    for rate in rates:
        sound = subject.sound(rate, length(subject, laboratory.budget))
        looks = _looks(subject.updates, sound.updates)
        runs = laboratory.run(sound, part, seeds, looks=looks)
        curves = np.array([one.curve for one in runs])
        scores = [float(curves[at, _chosen(curves, at)]) for at in range(len(runs))]
        inner = tuple(max(one.train_curve) for one in runs)
        name = f"a reference network (learning rate {rate:g})"
        mean = curves.mean(axis=0)
        updates = looks[int(np.flatnonzero(mean >= mean.max() - RELEVANT)[-1])]
        found.append(Reference(name, shifted(arm_of(runs), scores), True, rate, updates, inner))
    return found


def simple_models(
    laboratory: Laboratory, subject: Subject, part: Part, seeds: Sequence[int], held: bool
) -> list[Reference]:
    """scikit-learn's linear model, and where rows are held out its neighbours and boosted trees.

    Trees are dear, and fitted on the first seed alone. None for an autoencoder: what is no narrower
    than its inputs gives them back.
    """
    if rebuilds(subject.rows(seeds[0], part)):
        return []
    names = [LINEAR, *([*NEIGHBOURS.values(), BOOSTED] if held else [])]

    dearest = DEAREST * laboratory.budget.work

    def fit(seed: int) -> dict[str, tuple[float, Array]]:
        rows = _few(subject.rows(seed, part))
        boosted = seed == seeds[0] and _boosting_cost(subject.kind, rows) <= dearest
        # boosting's own threads wait for each other on busy cores, many times as long as one
        # works; OpenMP's limit is of the thread that sets it, so each of ours does
        with threadpool_limits(1, "openmp"):
            return {
                name: _judged(subject, rows, _estimator(name, subject.kind, rows))
                for name in names
                if name != BOOSTED or boosted
            }

    import sklearn.ensemble  # noqa: F401  # before limits are set: only loaded libraries are limited

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a linear model that has not converged is one all the same
        answers = run_all(fit, seeds, laboratory.jobs)
    rows = _few(subject.rows(seeds[0], part))
    boosted = BOOSTED in answers[0]
    laboratory.budget.book(0.03 * len(seeds) + boosted * _boosting_cost(subject.kind, rows))
    fitted = {name: [one[name] for one in answers if name in one] for name in answers[0]}
    return [
        Reference(name, arm([score for score, _ in each], [left for _, left in each]))
        for name, each in fitted.items()
    ]


def within_training(subject: Subject, rows: Tabular) -> tuple[float, int]:
    """The best score of simple models on a quarter of the training rows, fitted to the others, and
    how many rows that quarter has. Rows that are equal stay together: no model remembers one."""
    rows = _few(rows)
    kinds = np.unique(rows.x, axis=0, return_inverse=True)[1].ravel()
    apart = np.random.default_rng(0).permutation(kinds.max() + 1)[kinds] % 4 == 0
    part = Tabular(rows.x[~apart], rows.y[~apart], rows.x[apart], rows.y[apart])
    if not len(part.x) or not len(part.judged_x):
        return 0.0, 0
    names = [LINEAR, *NEIGHBOURS.values(), *([BOOSTED] if part.x.size <= CELLS else [])]
    with threadpool_limits(1, "openmp"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = [_estimator(name, subject.kind, part) for name in names]
        return max(_judged(subject, part, one)[0] for one in models), len(part.judged_x)


def rebuilds(rows: Tabular) -> bool:
    """Whether the targets are the inputs themselves."""
    if rows.y.ndim < 2 or rows.y.shape != rows.x.shape or rows.x.shape[1] < 2:
        return False
    return bool(np.allclose(_standardised(rows.y), _standardised(rows.x), atol=SAME))


def _standardised(columns: Array) -> Array:
    spread = columns.std(axis=0)
    scaled: Array = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled


def best(found: Sequence[Reference]) -> Reference:
    """The one with the highest mean."""
    return max(found, key=lambda one: one.score)


def margin_beside(reference: float, held: bool) -> float:
    """What a training may lose beside a reference of this score before it is called sick."""
    return MARGIN if held else max(MARGIN, UNLEARNED * reference)


def _looks(own: int, total: int) -> list[int]:
    spaced = np.linspace(0, total, 9).astype(int)[1:].tolist()
    return sorted({*spaced, min(own, total)} - {0})


def _chosen(curves: Array, at: int) -> int:
    """The look at which the other seeds do best; the last one where there are no others."""
    others = np.delete(curves, at, axis=0)
    return int(others.mean(axis=0).argmax()) if len(others) else curves.shape[1] - 1


def _few(rows: Tabular) -> Tabular:
    step = max(1, len(rows.x) // MOST_ROWS)
    return Tabular(rows.x[::step], rows.y[::step], rows.judged_x, rows.judged_y)


def _boosting_cost(kind: str, rows: Tabular) -> float:
    trees = _trees(kind, rows)
    return 0.05 + rows.x.size * min(trees * ROUNDS, TREES) / ROUNDS / CELLS


def _trees(kind: str, rows: Tabular) -> int:
    """In one round: one a class, and one for two of them; one a number or label."""
    if kind != "classification":
        return int(rows.y.shape[1])
    classes = len(np.unique(rows.y))
    return classes if classes > 2 else 1


def _judged(subject: Subject, rows: Tabular, model: Callable[[], Array]) -> tuple[float, Array]:
    """The score, and the scores with each group of rows left out [G], as runs have them."""
    guess, truth = model(), rows.judged_y
    groups = min(20, len(truth))
    at = np.arange(len(truth)) % groups
    left = [subject.agreement(truth[at != g], guess[at != g]) for g in range(groups)]
    return subject.agreement(truth, guess), np.array(left)


def _estimator(name: str, kind: str, rows: Tabular) -> Callable[[], Array]:
    """Fits on call and answers for the judged rows, decoded as the truth is."""

    def answer() -> Array:
        x, judged = (np.nan_to_num(part.astype(np.float64)) for part in (rows.x, rows.judged_x))

        def fitted(y: Array) -> Array:
            if len(np.unique(y)) < 2:
                return np.full(len(judged), y.flat[0])
            return np.asarray(_model(name, kind, rows).fit(x, y).predict(judged))

        if kind == "multilabel":
            columns = [fitted(y) for y in rows.y.T.astype(np.int64)]
            return np.stack(columns, axis=1)
        y = rows.y.ravel() if kind == "classification" else rows.y
        return fitted(y).reshape(rows.judged_y.shape)

    return answer


def _model(name: str, kind: str, rows: Tabular):  # type: ignore[no-untyped-def]  # of scikit-learn
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.multioutput import MultiOutputRegressor
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    regression = kind == "regression"
    if name == LINEAR:
        model = RidgeCV(np.logspace(-3, 3, 7)) if regression else LogisticRegression(max_iter=500)
        return model
    if name == BOOSTED:
        leaf = max(2, min(20, len(rows.x) // 20))  # the default of 20 rows makes stumps of few rows
        rounds = max(1, min(ROUNDS, TREES // _trees(kind, rows)))
        settings = {"max_iter": rounds, "min_samples_leaf": leaf, "early_stopping": False}
        trees = (
            HistGradientBoostingRegressor(**settings)
            if regression
            else HistGradientBoostingClassifier(**settings)
        )
        return MultiOutputRegressor(trees) if regression else trees
    count = min(next(k for k, known in NEIGHBOURS.items() if known == name), len(rows.x))
    kinds = KNeighborsRegressor if regression else KNeighborsClassifier
    return kinds(count)
