"""What the tests of whole runs share: set-ups from a few lines, runs, a watch that stops them."""

from nndoctor.recipe import loads, to_toml
from nndoctor.setup import build
from nndoctor.training import Progress, fit
from nndoctor.watch import Watch

SPIRAL = '[data]\ngenerator = "spiral"\nn = 60\n[model]\nhidden = [6]\n'
SPIRAL += "[optimizer]\nlearning_rate = 0.01\n[training]\nepochs = 5\nbatch_size = 8\n"


def made(*changes, text=SPIRAL, folder=None):
    """A set-up with changes such as "training.epochs=3"."""
    recipe = loads(text, "recipe", changes)
    where = () if folder is None else (folder,)
    return build(recipe, "recipe", to_toml(recipe), *where)


class Stop(Watch):
    """The user stops it once so many updates were made."""

    def __init__(self, at=0):
        self.at, self.done = at, 0

    def advance(self, done, doing="", **numbers):
        self.done = done

    def cancelled(self):
        return self.done >= self.at


def trained(setup, watch=None, network=None, progress=None, **course):
    """The run, its network and how far it came."""
    network = network or setup.trainable.fresh(setup.recipe.training.seed)
    progress = progress or Progress()
    course = setup.course(**course)
    run = fit(network, setup.train, setup.validation, course, watch, progress)
    return run, network, progress


def answering(network):
    """A copy of what the network computes with."""
    return {name: network.state()[name] for name in ("theta", "running", "average")}


def bits(network, progress):
    """All that two runs have to share, to the bit."""
    arrays = network.state() | {f"best.{k}": v for k, v in progress.best_arrays.items()}
    for epoch, kept in progress.kept.items():
        arrays |= {f"{epoch}.{name}": array for name, array in kept.items()}
    trace = progress.trace(())
    arrays |= {"loss": trace.loss, "rate": trace.rate, "score": trace.score}
    held = {name: (str(a.dtype), a.shape, a.tobytes()) for name, a in arrays.items()}
    return held | {"epochs": repr(progress.epochs), "plateau": repr(progress.plateau)}
