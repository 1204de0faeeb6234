"""Lines of PyTorch in the names that a script has for its parts."""

import re
from collections.abc import Mapping

# `model`, `optimizer` and `loss` as names and not as words
NAMED = re.compile(r"\b(?:(model|optimizer)(?=\.| =)|(loss)(?=\.backward)|(targets))\b")
LOSS = re.compile(r"loss = (?:nn\.(\w+)\((.*)\)|functools\.partial\(loss, (.*)\))")
WEIGHT = "loss.weight ="
CALL = re.compile(r"([\w.]+)\(outputs, targets(?:, .*)?\)")
FUNCTIONS = {
    "CrossEntropyLoss": "cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "MSELoss": "mse_loss",
}
SHORT = "F."  # what everybody calls torch.nn.functional


def in_own_names(line: str, names: Mapping[str, str]) -> str:
    """The same line; as it is where the names are not known."""
    if not names:
        return line
    called = CALL.fullmatch(names.get("loss", ""))
    if found := LOSS.fullmatch(line):
        return _loss(line, found, names["loss"], called[1] if called else "")
    if called and line.startswith(WEIGHT):
        return called[1] + line.removeprefix("loss")

    if "parameters" in names:
        line = line.replace("model.parameters()", names["parameters"])

    def own(word: re.Match[str]) -> str:
        role = "lost" if word[2] else word[0]
        return names.get(role, word[0])

    return NAMED.sub(own, line)


def _loss(line: str, found: re.Match[str], said: str, called: str) -> str:
    """Assigned where the script has a module by a name; called where it calls a function."""
    kind, settings, weights = found.groups()
    if called.startswith(SHORT):
        function = called if weights else SHORT + FUNCTIONS.get(kind, "")
        given = ", ".join(["...", *([settings or weights] if settings or weights else [])])
        if function != SHORT:
            return f"{function}({given})  # in place of {called}(...)"
    if called.replace(".", "").isidentifier() and not called.startswith("nn."):
        return line.replace("loss", called) if weights else called + line.removeprefix("loss")
    return line if weights else f"nn.{kind}({settings})(outputs, targets)  # in place of {said}"
