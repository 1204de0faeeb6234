"""What a change does to the text of a recipe, as a reader wants to see it."""

import difflib


def changed_lines(old: str, new: str) -> tuple[str, ...]:
    """The lines that differ, below the heading of their table; no other line."""
    told: list[str] = []
    heading, shown = "", ""
    for line in difflib.ndiff(old.splitlines(), new.splitlines()):
        mark, text = line[:1], line[2:]
        if mark == "?":
            continue
        if text.startswith("["):
            heading = text
        if mark == " " or not text.strip():
            continue
        if heading and heading != shown and not text.startswith("["):
            told.append(f"  {heading}")
        shown = heading
        told.append(f"{mark} {text}")
    return tuple(told)
