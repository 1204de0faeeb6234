"""`python -m nndoctor`, and where the console command starts."""

from .cli.stopping import quit_quietly


def main() -> None:
    """Runs the command line; it ends quietly under Ctrl-C from before the first slow import."""
    quit_quietly()
    from .cli.app import main as run

    run()


if __name__ == "__main__":
    main()
