"""What it costs to look at every layer in every tenth update: python benchmarks/instruments.py."""

from nets import NETS, nndoctor_side
from results import Goal, machine, options, publish, table
from timing import alternate, measurement

from nndoctor.engine.blas import one_thread

EVERY = 10
LIMIT = 1.05
LOOKED_AT = (NETS[0], NETS[3], NETS[4])  # the smallest, one of the middle, the deepest


def report(rounds: int) -> str:
    """Measures each net with instruments and without."""
    about, rows = machine(), []
    for net in LOOKED_AT:
        sides = {
            "without": measurement(nndoctor_side(net), one_thread),
            "with": measurement(nndoctor_side(net, look_every=EVERY), one_thread),
        }
        goal = Goal(net.name, "with", "without", LIMIT)
        rows.append(goal.row(alternate(sides, rounds), "ms"))
    return "\n\n".join(
        (
            f"## Instruments in every {EVERY}th update",
            f"{about}. {rounds} rounds, an epoch by Adam on one thread, median (lowest-highest).",
            table(("net", "with", "without", "ratio", "goal"), rows),
        )
    )


def main() -> None:
    """The command line."""
    given = options(__doc__, rounds=15).parse_args()
    publish("instruments", report(given.rounds), given.write)


if __name__ == "__main__":
    main()
