"""Several models side by side on two threads, and one after the other: benchmarks/parallel.py."""

from nets import NETS, Net, rows, setup
from results import Goal, machine, options, publish, table
from timing import Epochs, alternate, measurement

from nndoctor.adapters.network import Network
from nndoctor.engine.blas import one_thread
from nndoctor.running import run_all
from nndoctor.trainable import Plan

MODELS = 4
JOBS = 2
LIMIT = 1.9
TURN = 1.0  # seconds: much longer than starting a thread takes


def crew(net: Net, jobs: int) -> Epochs:
    """Trains all models, as the checks do with their seeds and rates."""
    models, batch = [setup(net).fresh(seed) for seed in range(MODELS)], rows(net)

    def train(epochs: int) -> None:
        def one(model: Network) -> None:
            model.train(batch, Plan(epochs * net.updates))

        run_all(one, models, jobs)

    return train


def report(rounds: int) -> str:
    """Measures a small and a large net."""
    about, lines = machine(), []
    for net in (NETS[1], NETS[5]):
        sides = {str(jobs): measurement(crew(net, jobs), one_thread, TURN) for jobs in (1, JOBS)}
        goal = Goal(net.name, "1", str(JOBS), LIMIT, at_least=True)
        lines.append(goal.row(alternate(sides, rounds), "ms"))
    return "\n\n".join(
        (
            f"## {MODELS} models side by side",
            f"{about}. {rounds} rounds, an epoch of all models by Adam, median (lowest-highest).",
            table(("net", "1 thread", f"{JOBS} threads", "ratio", "goal"), lines),
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=7).parse_args()
    publish("parallel", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
