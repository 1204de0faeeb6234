"""A Python file that uses scikit-learn without PyTorch, and fits no network that can be read."""

import ast

KINDS = "MLPClassifier or MLPRegressor"
NONE = "trains no neural network", f"nndoctor reads the fit() of scikit-learn's {KINDS}"
IN_PARTS = (
    "trains by partial_fit, which is not read",
    "call fit once in its place, with max_iter as often as its loop goes round",
)
NOT_REFITTED = (
    "searches for the best network and fits none that it chose",
    "leave out refit=False, and the search fits it",
)


def no_network(source: str) -> tuple[str, str] | None:
    """What holds of the file and what to do; None where it is a file of another kind."""
    nodes = [*ast.walk(ast.parse(source))]
    used = {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    used |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    packages = {name.partition(".")[0] for name in used}
    if "sklearn" not in packages or packages & {"torch", "keras", "tensorflow"}:
        return None
    called = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    if not any(kind in source for kind in KINDS.split(" or ")):
        return NONE
    if "partial_fit" in called:
        return IN_PARTS
    given = {ast.unparse(node) for node in nodes if isinstance(node, ast.keyword)}
    return NOT_REFITTED if "refit=False" in given else NONE
