"""`python -m nndoctor`."""

from nndoctor.cli.app import main

if __name__ == "__main__":
    main()
