"""Writes docs/gallery/: a section for each sick recipe, with what a check-up says of it.

`python -m tools.make_gallery` adds recipes and keeps outputs; `python -m tools.make_readme
--missing docs/gallery/*.md` then runs what is new. A check-up takes some seconds: all of them
half an hour.
"""

import re
import tomllib
from pathlib import Path

from nndoctor.checks.table import CHECKS

from .make_readme import BLOCK

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "gallery"
PAGES = {
    "1": ("data", "Sick data"),
    "2": ("setup", "Parts that do not fit"),
    "3": ("start", "A bad start"),
    "4": ("learning", "It does not learn at all"),
    "5": ("steps", "Bad steps"),
    "6": ("layers", "Sick layers"),
    "7": ("other-rows", "Bad on other rows"),
}
HEAD = """\
# {title}

<!-- written by `python -m tools.make_gallery` and `python -m tools.make_readme` -->

Each recipe has one disease, in a few lines that can be read, changed and run. {count} of them are
here; the [other pages](index.md) have the rest.
"""
INDEX = """\
# Gallery of diseases

<!-- written by `python -m tools.make_gallery` -->

Each recipe below `recipes/sick/` is sick in one way. The check of its code finds that, `nndoctor
checkup` says whether training suffers from it, proves why, and cures what a change of the recipe
can cure. Where training does well all the same, it says so: a finding is no fault yet.

"""


def sick() -> dict[str, list[Path]]:
    """The recipes of each page, by the first figure of their codes."""
    pages: dict[str, list[Path]] = {figure: [] for figure in PAGES}
    for path in sorted((ROOT / "recipes" / "sick").rglob("*.toml")):
        pages[_first_line(path)[0][2]].append(path)
    return pages


def render(figure: str, paths: list[Path], kept: dict[str, str]) -> str:
    """A page, with the outputs that are kept."""
    sections = [_section(path, kept) for path in sorted(paths, key=lambda one: _first_line(one))]
    head = HEAD.format(title=PAGES[figure][1], count=len(paths))
    return "\n".join([head, *sections])


def _section(path: Path, kept: dict[str, str]) -> str:
    code, wrong = _first_line(path)
    name = path.relative_to(ROOT)
    see = path.read_text(encoding="utf-8").split("\n")[1].removeprefix("# See it: ")
    command = f"nndoctor checkup {name} --no-progress"
    block = kept.get(command, f"<!-- output: {command} -->\n<!-- end -->")
    link = f"../checks.md#{code.lower()}-{CHECKS[code].name}"
    return f"""\
## {_title(path)}

{wrong} The check [{code}]({link}) looks for it: `{see}`.

{block}
"""


def index(pages: dict[str, list[Path]]) -> str:
    """The page that leads to all of them."""
    parts = [INDEX]
    for figure, paths in pages.items():
        name, title = PAGES[figure]
        links = (f"[{one}]({name}.md#{_anchor(one)})" for one in sorted(map(_title, paths)))
        parts.append(f"**[{title}]({name}.md).** {'; '.join(links)}.\n\n")
    return "".join(parts).rstrip() + "\n"


def _anchor(title: str) -> str:
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title.lower()).strip())


def _first_line(path: Path) -> tuple[str, str]:
    """The code of the check that a recipe is for, and what is wrong in it."""
    code, _, wrong = path.read_text(encoding="utf-8").split("\n")[0].partition(": ")
    return code.removeprefix("# "), wrong[:1].upper() + wrong[1:]


def _title(path: Path) -> str:
    title = tomllib.loads(path.read_text(encoding="utf-8"))["title"]
    title = title.removeprefix("Sick: ")
    return title[:1].upper() + title[1:]


def kept_outputs() -> dict[str, str]:
    """The filled blocks of the pages as they are, by command."""
    texts = [one.read_text(encoding="utf-8") for one in FOLDER.glob("*.md")]
    return {one["command"]: one[0] for text in texts for one in BLOCK.finditer(text)}


def written() -> dict[str, str]:
    """All pages by name, with the outputs that are there."""
    pages, kept = sick(), kept_outputs()
    all_pages = {PAGES[one][0]: render(one, paths, kept) for one, paths in pages.items()}
    return {"index": index(pages), **all_pages}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in written().items():
        (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")
