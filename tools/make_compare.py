"""Writes docs/compare/NAME.md: the real output of each ready comparison.

`python -m tools.make_compare [NAME...]`. All but the times is the same on every run; those are of
the machine that wrote the pages.
"""

import sys
from pathlib import Path

from rich.console import Console

from nndoctor.api import compare_story, load_story
from nndoctor.comparing.stories import STORIES
from nndoctor.report.terminal import render_text

from .make_readme import without_plots

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "compare"
WIDTH = 100
SHOWN = {
    "optimizers": """\
Optimizers at one rate are compared unfairly: what suits Adam is far too small for plain SGD. So
they are trained twice: all at the rate of the recipe, then each at its own. A range test on the
training rows suggests a rate, five rates around it are tried in runs as long as those compared, and
the one with the lowest loss on training rows is taken. Held-out rows have no say.""",
    "inits": """\
The lecture's figure (CS231n 2016, lecture 5): ten layers of 500 units, unit-Gaussian input. Under
weights of 0.01 all values go to zero, under weights of 1 tanh is saturated; Xavier's rule keeps
tanh alive, and halves the variance of ReLU in each layer, which He's rule makes up for. Below it,
what training makes of such starts.""",
    "activations": """\
Slopes far from 0 say where nothing is learned any more; a mean output far from 0 gives the next
weights gradients of one sign. The step, which is flat everywhere, can't learn at all: only the
layer behind the last of them does.""",
    "batch-sizes": """\
Small batches make many cheap steps, large ones few and dear: seen by passes over the rows, by
updates, and by time. The rate is the same for all, so a large batch that wants a larger rate gets
none.""",
    "regularizers": """\
L1 makes weights sparse, L2 small and spread, the elastic net stands between. The second part is a
linear model with more columns than rows: among columns that move together lasso picks some, the
elastic net keeps more of the group.""",
    "preprocessing": """\
The same network on inputs as they come, centred, scaled and whitened. "Usable" is a rate whose
score after a fixed number of updates is within 0.1 of the best in the table.""",
    "batch-norm": """\
With and without batch norm: which rates can be used, how much hangs on the scale of the first
weights, and what the two modes make of the same rows.""",
}
PAGE = """\
# nndoctor compare {name}

{told}

    nndoctor compare {name}            # on the set-up below
    nndoctor compare {name} RECIPE     # on yours

Without a recipe it is shown on this one, which needs no file:

```toml
{recipe}```

What it answers, but for plots (times differ from machine to machine, nothing else does):

```
{output}```

<!-- written by `python -m tools.make_compare` -->
"""


def page(name: str) -> str:
    """The whole page of one comparison."""
    setup = load_story(name)
    console = Console(width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    output = without_plots(render_text(compare_story(name, setup, jobs=2), console))
    return PAGE.format(name=name, told=SHOWN[name], recipe=setup.text, output=output)


def main() -> None:
    """The command line."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or STORIES:
        (FOLDER / f"{name}.md").write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
