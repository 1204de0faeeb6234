"""What a script calls the parts of its update, so that lines for it can have its own names."""

import ast
import re
from collections.abc import Mapping

from .source import source_of
from .stopped import Place
from .update import Meaning

MODEL, OPTIMIZER, LOSS, LOST, TARGETS = "model", "optimizer", "loss", "lost", "targets"
_NAME = re.compile(r"[^\W\d][\w.]*")  # and no words, as for an update by hand
_BACKWARD = re.compile(r"\b([^\W\d]\w*)\.backward\(")


def own_names(means: Meaning, optimizer: str, here: Place) -> Mapping[str, str]:
    """By what they are: `here` calls `backward()` of what is lost; what has no name is left out."""
    line = source_of(here.file).splitlines()[here.line - 1]
    parts = {MODEL: means.name, OPTIMIZER: optimizer}
    found = {role: name for role, name in parts.items() if _NAME.fullmatch(name)}
    found[LOSS] = means.said
    if backward := _BACKWARD.search(line):
        found[LOST] = backward[1]
    if isinstance(means.targets, ast.Name):
        found[TARGETS] = means.targets.id
    return found
