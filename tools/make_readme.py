"""Runs each command whose output README.md and the documentation show, and puts that below it.

`python -m tools.make_readme` runs those of README.md, `python -m tools.make_readme PAGE...` those
of other pages; `--missing` only those with nothing below them yet. In a page,

- `<!-- output: COMMAND -->` to `<!-- end -->` holds what the command prints, but for plots;
- `<!-- output 24: COMMAND -->` only its first 24 lines;
- `<!-- output, figure NAME: COMMAND -->` also the first figure of `--save-plots` whose name begins
  so, which is kept in docs/figures/;
- `<!-- file: PATH -->` to `<!-- end -->` holds that recipe.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(
    r"<!-- output(?P<most> \d+)?(?:, figure (?P<figure>[a-z0-9-]+))?: (?P<command>[^\n]+) -->\n"
    r"(?P<shown>.*?)<!-- end -->",
    re.S,
)
FILE = re.compile(r"(<!-- file: (?P<path>\S+) -->\n).*?<!-- end -->", re.S)
ROOT = Path(__file__).resolve().parent.parent
FIGURES = ROOT / "docs" / "figures"
WIDTH = "100"


def fill(block: re.Match[str], page: Path) -> str:
    """The block with what its command prints on stdout now, and its figure."""
    command, most, figure = block["command"], int(block["most"] or 1000), block["figure"]
    lines = without_plots(printed(command, figure)).rstrip().split("\n")
    if len(lines) > most:
        lines = [*lines[:most], f"(… {len(lines) - most} more lines)"]
    shown = "\n".join(line.rstrip() for line in lines)
    head = block[0].split("\n", 1)[0]
    picture = ""
    if figure:
        way = Path(os.path.relpath(FIGURES, page.resolve().parent)) / f"{figure}.svg"
        picture = f"\n![{figure.replace('-', ' ')}]({way.as_posix()})\n"
    return f"{head}\n```console\n$ {command}\n{shown}\n```\n{picture}<!-- end -->"


def without_plots(text: str) -> str:
    """The same with a word in place of each plot: fonts of browsers pull them apart."""
    parts = (part.split("\n") for part in text.split("\n\n"))
    return "\n\n".join(
        "\n".join([lines[0], "  (a plot)"] if any("┤" in one for one in lines) else lines)
        for lines in parts
    )


def printed(command: str, figure: str | None = None) -> str:
    """What a command prints; the first of its figures whose name begins so is kept."""
    with tempfile.TemporaryDirectory() as folder:
        plots = ["--save-plots", folder, "--force"] if figure else []
        done = subprocess.run(
            [*shlex.split(command), *plots],
            capture_output=True,
            text=True,
            env={**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1"},
        )
        if done.returncode == 2:
            print(f"{command} is refused:\n{done.stderr}", file=sys.stderr)
            return done.stderr
        if done.returncode not in (0, 1, 4):
            raise SystemExit(f"{command} failed:\n{done.stderr}")
        if figure:
            FIGURES.mkdir(exist_ok=True)
            drawn = sorted(Path(folder).glob(f"{figure}*.svg"), key=lambda one: one.stem)
            shutil.copy(drawn[0], FIGURES / f"{figure}.svg")
    return done.stdout


def with_files(text: str) -> str:
    """A page with the recipes in it as they are now."""
    return FILE.sub(_file, text)


def _file(block: re.Match[str]) -> str:
    written = (ROOT / block["path"]).read_text(encoding="utf-8").strip()
    return f"{block[1]}```toml\n{written}\n```\n<!-- end -->"


def filled(page: Path, missing: bool = False) -> str:
    """The text of a page with its recipes and outputs as they are now."""

    def new(block: re.Match[str]) -> str:
        return block[0] if missing and block["shown"] else fill(block, page)

    return with_files(BLOCK.sub(new, page.read_text(encoding="utf-8")))


if __name__ == "__main__":
    pages = [one for one in sys.argv[1:] if one != "--missing"]
    for page in map(Path, pages or ["README.md"]):
        page.write_text(filled(page, missing="--missing" in sys.argv), encoding="utf-8")
