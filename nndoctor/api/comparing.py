"""Set-ups side by side on the same rows and seeds, and the ready comparisons."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..comparing.contest import Contest, hold
from ..comparing.desk import Desk
from ..comparing.page import Page
from ..comparing.stories import STORIES
from ..comparing.story import Story, example
from ..comparing.variants import varied
from ..errors import UsageError
from ..findings import Report, Verdict
from ..recipe.names import meant
from ..setup import Setup
from ..watch import Interrupted, Watch
from .common import SILENT, make_report, recipe_of, single_threaded

SEEDS = 5
MOST_SEEDS = 100


@single_threaded
def compare(
    setup: Setup,
    watch: Watch = SILENT,
    *,
    others: Sequence[Setup] = (),
    vary: Sequence[str] = (),
    seeds: int = SEEDS,
    jobs: int = 1,
) -> Report:
    """Recipes, and every combination of the values in `vary`, each `KEY=VALUE,VALUE,...`.

    Raises UsageError where they would not be trained and judged on the same rows.
    """
    setup = recipe_of(setup, "compare")
    _refuse_seeds(seeds)
    variants = varied([setup, *others], vary, watch)
    page, held, cut = Page(), None, False
    try:
        held = hold(variants, seeds, jobs, watch)
        page.contest(held)
    except Interrupted:
        cut = True
    report = _report(setup, "Which set-up does best on the same rows and seeds?", page, cut)
    words = [*setup.words, *(f"beside it {other.name}" for other in others)]
    following = _best(held, [setup, *others]) if held is not None else ""
    return replace(report, words=tuple(words), next_step=following)


def load_story(name: str, set: Iterable[str] = (), seed: int | None = None) -> Setup:
    """The set-up that a ready comparison is shown on where no recipe is named."""
    changes = (*set, *(() if seed is None else (f"training.seed={seed}",)))
    setup = example(known_story(name).example, changes)
    return replace(setup, name=f"compare {name}", argument=name, is_default=True)


@single_threaded
def compare_story(
    name: str,
    setup: Setup | None = None,
    watch: Watch = SILENT,
    *,
    seeds: int = SEEDS,
    updates: int | None = None,
    jobs: int = 1,
) -> Report:
    """A ready comparison, on its own set-up where none is given; `updates` of each run, about.

    Raises UsageError where there is none of this name, or where it makes no sense on the set-up.
    """
    _refuse_seeds(seeds)
    if updates is not None and updates < 1:
        raise UsageError(f"{updates} updates", "each run needs at least one")
    if setup is not None:
        recipe_of(setup, f"compare {name}")
    story, own = known_story(name), setup is None or setup.argument == name
    setup = load_story(name) if setup is None else setup
    desk, cut = Desk(setup, watch, seeds, jobs, updates, given=not own), False
    try:
        story.tell(desk)
    except Interrupted:
        cut = True
    report = _report(setup, story.title, desk.page, cut)
    names = [*STORIES]
    following = names[(names.index(name) + 1) % len(names)]
    beside = "" if own else f" {setup.argument}"
    return replace(
        report, command=f"compare {name}", next_step=f"nndoctor compare {following}{beside}"
    )


def known_story(name: str) -> Story:
    """A ready comparison by its name. Raises UsageError."""
    if name not in STORIES:
        raise UsageError(f"there is no comparison {name!r}", meant(name, STORIES, {}))
    return STORIES[name]


def _refuse_seeds(seeds: int) -> None:
    if not 2 <= seeds <= MOST_SEEDS:
        problem = f"{seeds} seed{'s' * (seeds != 1)}: a spread takes 2 to {MOST_SEEDS}"
        raise UsageError(problem, f"--seeds {SEEDS}")


def _report(setup: Setup, title: str, page: Page, cut: bool) -> Report:
    report = make_report(setup, "compare", title, [], page.evidence, interrupted=cut)
    verdict = Verdict.FAIL if page.lost else Verdict.PASS
    return replace(
        report,
        headline="; ".join(page.answers),
        decided=verdict if page.answers else Verdict.UNDECIDED,
    )


def _best(held: Contest, setups: Sequence[Setup]) -> str:
    """How the first of them is trained alone."""
    names = held.trained[held.standings[0].at].variant.names
    named = [one.argument for one in setups if ("recipe", one.name) in names]
    changes = [f"--set {shlex.quote(f'{key}={value}')}" for key, value in names if key != "recipe"]
    return " ".join(["nndoctor train", *(named or [setups[0].argument])[:1], *changes])
