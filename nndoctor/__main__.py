"""`python -m nndoctor`, and where the console command starts."""

from typing import NoReturn


def main() -> NoReturn:
    """Runs the command line; it ends quietly under Ctrl-C from before the first slow import."""
    from .cli.stopping import quit_quietly

    quit_quietly()
    from .cli.app import main as run

    run()


if __name__ == "__main__":
    main()
