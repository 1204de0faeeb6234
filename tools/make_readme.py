"""Runs each command that README.md shows and puts its real output below it.

A block from `<!-- output: COMMAND -->` to `<!-- end -->` is replaced; `<!-- output n: ... -->`
keeps the first n lines. Run from the top folder: python tools/make_readme.py
"""

import os
import re
import shlex
import subprocess
from pathlib import Path

BLOCK = re.compile(r"<!-- output(?P<most> \d+)?: (?P<command>[^\n]+) -->\n.*?<!-- end -->", re.S)


def fill(block: re.Match[str]) -> str:
    """The block with what its command prints on stdout now."""
    command, most = block["command"], int(block["most"] or 1000)
    done = subprocess.run(
        shlex.split(command),
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1"},
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command} failed:\n{done.stderr}")
    lines = done.stdout.rstrip().split("\n")
    if len(lines) > most:
        lines = [*lines[:most], f"(… {len(lines) - most} more lines)"]
    shown = "\n".join(line.rstrip() for line in lines)
    head = block[0].split("\n", 1)[0]
    return f"{head}\n```console\n$ {command}\n{shown}\n```\n<!-- end -->"


if __name__ == "__main__":
    readme = Path("README.md")
    readme.write_text(BLOCK.sub(fill, readme.read_text(encoding="utf-8")), encoding="utf-8")
