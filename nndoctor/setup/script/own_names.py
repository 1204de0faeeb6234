"""What a script calls the parts of its update, so that lines for it can have its own names."""

import ast
import re
from collections.abc import Mapping
from typing import Any

from .stopped import Place
from .update import Meaning

MODEL, OPTIMIZER, LOSS, LOST, TARGETS = "model", "optimizer", "loss", "lost", "targets"
PARAMETERS = "parameters"  # where the model is no module of the script's
_NAME = re.compile(r"[^\W\d][\w.]*")  # and no words, as for an update by hand
_BACKWARD = re.compile(r"\b([^\W\d]\w*)\.backward\(")


def own_names(means: Meaning, optimizer: str, here: Place) -> Mapping[str, str]:
    """By what they are: `here` calls `backward()` of what is lost; what has no name is left out."""
    line = here.text.splitlines()[here.line - 1]
    parts = {MODEL: means.name, OPTIMIZER: optimizer}
    found = {role: name for role, name in parts.items() if _NAME.fullmatch(name)}
    found |= _of_parts(means.model)
    found[LOSS] = means.said
    if backward := _BACKWARD.search(line):
        found[LOST] = backward[1]
    if isinstance(means.targets, ast.Name):
        found[TARGETS] = means.targets.id
    return found


def _of_parts(model: Any) -> dict[str, str]:
    """Code for a model that is put together of several of the script's modules and tensors."""
    from torch import nn

    if not hasattr(model, "is_together"):
        return {}
    parts = {text: getattr(model, name) for name, text in model.written.items()}
    if all(isinstance(one, nn.Module) for one in parts.values()):
        return {MODEL: f"nn.ModuleList([{', '.join(parts)}])"}
    several = [f"*{n}.parameters()" if isinstance(v, nn.Module) else n for n, v in parts.items()]
    return {PARAMETERS: f"[{', '.join(several)}]"}
