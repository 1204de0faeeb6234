"""Every look at the scoreboard is written down: labels once seen are soon fitted."""

import json
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOOKS = HERE / "looks.jsonl"


def commit() -> str:
    """The commit that was looked at; + behind it where files had changed."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(HERE), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "../nndoctor")
    return (git("rev-parse", "--short", "HEAD") or "unknown") + "+" * bool(changed)


def look(
    folder: str, only: str, cases: int, scores: Mapping[str, Any], place: Path = LOOKS
) -> None:
    """Adds a line: when, at which commit, at which cases, and what was scored."""
    seen = {"date": str(date.today()), "commit": commit(), "folder": folder, "only": only}
    with place.open("a", encoding="utf-8") as file:
        file.write(json.dumps(seen | {"cases": cases, "scores": scores}) + "\n")
