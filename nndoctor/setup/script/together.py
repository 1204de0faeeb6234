"""Several modules, or tensors of a script's own, that one loss trains, taken as one module."""

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .alike import differ
from .composed import composed
from .functions import functions_in
from .known import UnusualLoop, bound, named_by, names_in
from .leaves import leaves_of
from .loop import Round, Update
from .stopped import Call, Stop
from .update import called, noted, terms_of, value_if_known

NAME = "_together"
FEATURES, _OUT = "_features_", "_out_"
PLAIN = (
    "what outputs are to each other is judged by nothing here; a copy of the file that trains a "
    "classifier of the same rows can be examined"
)
_CHAIN = (ast.Name, ast.Attribute, ast.Subscript)


@dataclass(frozen=True)
class Together:
    """An update, a stop and names as if one module computed `whole`, an expression of the script's
    own, where that is not None; `word`: what a reader should know of it; `still`: modules that only
    give features."""

    update: Update
    stop: Stop
    names: Mapping[str, Any]
    whole: ast.expr | None = None
    word: str = ""
    still: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the module computes, as a name for it."""
        return "" if self.whole is None else ast.unparse(self.whole)


def taken_together(
    update: Update, stop: Stop, names: Mapping[str, Any], rounds: Sequence[Round]
) -> Together:
    """Where what goes backward is made by several calls of modules, or by tensors that learn by
    themselves: the smallest piece of it that has all of these, as the call of one module.

    A module that nothing goes back to, as one that only gives features, is a function of the batch.
    Raises UnusualLoop where that piece is the loss itself, or another one in another round.
    """
    update, names, still = _without_still(update, stop, names)
    fixed = f"what {', '.join(still)} gives without gradients is taken as rows" if still else ""
    parts = _Parts(update, stop, names)
    terms = [one for one in terms_of(update.lost) if parts.of_batch(one) and parts.learners(one)]
    texts = {text: node for one in terms for text, node in parts.learners(one).items()}
    if not texts or (len(texts) == 1 and isinstance(next(iter(texts.values())), ast.Call)):
        return Together(update, stop, names, word=fixed, still=still)
    whole = terms[0]
    while len(terms) == 1 and (inner := parts.inner(whole, texts.keys())) is not None:
        whole = inner
    none = {ast.unparse(whole): ast.Constant(None)}
    if whole is terms[0] or parts.learners(named_by(terms[0], none)):
        whole = _several(parts, terms, texts)
    _refuse_changing(whole, parts, rounds)
    inputs = list({ast.unparse(one): one for one in parts.inputs(whole)}.values())
    module = composed(whole, inputs, list(parts.learners(whole).values()), names)
    call = ast.Call(ast.Name(NAME, ast.Load()), inputs, [])
    lost = named_by(update.lost, _by_text(whole, call))
    seen = _seen(whole, parts, inputs, module)
    calls = {**stop.calls} if seen is None else {**stop.calls, id(module): seen}
    return Together(
        replace(update, lost=lost),
        replace(stop, calls=calls),
        {**names, NAME: module},
        whole,
        "; ".join(one for one in (_word(module), fixed) if one),
        still,
    )


def parts_of(model: Any) -> tuple[Any, ...]:
    """It, and what it was put together of."""
    return (model, *(model.children() if getattr(model, "is_together", False) else ()))


def _without_still(
    update: Update, stop: Stop, names: Mapping[str, Any]
) -> tuple[Update, Mapping[str, Any], dict[str, Any]]:
    """With plain functions in place of modules that get no gradient and are called without any; and
    these by what they are called."""
    import torch

    trained, still = leaves_of(stop.lost), dict[str, Any]()
    functions, by_text = dict[str, Any](), dict[str, ast.expr]()
    for node in ast.walk(update.lost):
        module = called(node, names) if isinstance(node, ast.Call) else None
        if module is None or not trained or id(module) in stop.calls:
            continue
        if ast.unparse(node).endswith(".forward") or not trained.isdisjoint(_ids(module)):
            continue
        assert isinstance(node, ast.Call)
        name, text = f"{FEATURES}{len(functions)}", ast.unparse(node.func)
        functions[name] = torch.no_grad()(copy.deepcopy(module).forward)
        by_text[text], still[text] = ast.Name(name, ast.Load()), module
    if not still:
        return update, names, still
    return replace(update, lost=named_by(update.lost, by_text)), {**names, **functions}, still


def _ids(module: Any) -> set[int]:
    return set(map(id, module.parameters()))


class _Parts:
    """What in an update learns, and what comes out of the batch."""

    def __init__(self, update: Update, stop: Stop, names: Mapping[str, Any]) -> None:
        self.names, self.calls = names, stop.calls
        self.varying, self.trained = update.varying, leaves_of(stop.lost)
        self.rows = 0
        drawn = [one for one in ast.walk(update.lost) if self._is_drawn(one)]
        if not drawn:  # each update has all rows
            arrays = [noted(one, names) for one in ast.walk(update.lost)]
            self.rows = next((len(one) for one in arrays if _is_array(one)), 0)

    def learners(self, node: ast.AST) -> dict[str, ast.expr]:
        """Calls of modules, and tensors, by how they are written."""
        walked = list(ast.walk(node))[::-1]  # as they run, rather: the innermost first
        found = (one for one in walked if isinstance(one, ast.expr))
        return {ast.unparse(one): one for one in found if self._learns(one)}

    def _learns(self, one: ast.expr) -> bool:
        if isinstance(one, ast.Call):
            return called(one, self.names) is not None
        return isinstance(one, ast.Name | ast.Attribute) and id(noted(one, self.names)) in (
            self.trained
        )

    def of_batch(self, node: ast.AST) -> bool:
        """Whether there is anything of it in this."""
        return any(True for _ in self.inputs(node))

    def inputs(self, node: ast.AST) -> Iterator[ast.expr]:
        """Tensors of the batch in it."""
        if isinstance(node, ast.expr) and self._is_input(node):
            yield node
            return
        for one in ast.iter_child_nodes(node):
            yield from self.inputs(one)

    def _is_input(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(FEATURES):
            return True
        if self._is_drawn(node):
            return isinstance(node, _CHAIN) and _is_array(value_if_known(node, self.names))
        named = isinstance(node, ast.Name | ast.Attribute)
        value: Any = noted(node, self.names) if named else None
        return _is_array(value) and len(value) == self.rows and not value.requires_grad

    def _is_drawn(self, node: ast.AST) -> bool:
        """Whether it is another one in each round."""
        if not isinstance(node, _CHAIN) or id(noted(node, self.names)) in self.trained:
            return False
        indices = list[ast.expr]()
        root: ast.expr = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            indices += [root.slice] if isinstance(root, ast.Subscript) else []
            root = root.value
        if isinstance(root, ast.Call):
            own = any(one.call is root for one in functions_in(root, self.names))
            return isinstance(node, ast.Subscript) and (own or _is_next(root))
        if not isinstance(root, ast.Name):
            return False
        calls = any(isinstance(n, ast.Call) for one in indices for n in ast.walk(one))
        used = {root.id} | {name for one in indices for name in names_in(one)}
        return calls or bool(used & self.varying)

    def outermost(self, nodes: Sequence[ast.AST]) -> Iterator[ast.expr]:
        """Learners in these that are in no other one, each once."""
        waiting, seen = list(nodes), set[str]()
        while waiting:
            one = waiting.pop(0)
            if not isinstance(one, ast.expr) or not self._learns(one):
                waiting += ast.iter_child_nodes(one)
            elif (text := ast.unparse(one)) not in seen:
                seen.add(text)
                yield one

    def inner(self, whole: ast.expr, texts: Any) -> ast.expr | None:
        """A piece of it that has all that learns, and rows."""
        for one in ast.iter_child_nodes(whole):
            part = one.value if isinstance(one, ast.keyword) else one
            if not isinstance(part, ast.expr) or self.learners(part).keys() != texts:
                continue
            if self.of_batch(part):
                return part
        return None


def _several(parts: _Parts, terms: Sequence[ast.expr], texts: Mapping[str, ast.expr]) -> ast.Tuple:
    """Outputs that meet in the loss itself, as a decoder's and those of the encoder that it has:
    the first, by which a model is judged, is one of all that learns."""
    found = list(parts.outermost(terms))
    first = [one for one in found if parts.learners(one).keys() == texts.keys()]
    if not first or not all(isinstance(one, ast.Call) for one in found):
        raise UnusualLoop(f"{', '.join(texts)}, which meet in the loss itself", PLAIN)
    return ast.Tuple([*first, *(one for one in found if one not in first)], ast.Load())


def _by_text(whole: ast.expr, call: ast.Call) -> dict[str, ast.expr]:
    """What stands for it, or for each of several outputs."""
    if not isinstance(whole, ast.Tuple):
        return {ast.unparse(whole): call}
    several = enumerate(map(ast.unparse, whole.elts))
    return {text: ast.Subscript(call, ast.Constant(i), ast.Load()) for i, text in several}


def _is_array(value: Any) -> bool:
    import torch

    return isinstance(value, torch.Tensor) and value.dim() > 0


def _is_next(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "next"


def _refuse_changing(whole: ast.expr, parts: _Parts, rounds: Sequence[Round]) -> None:
    """Raises UnusualLoop for what it takes beside the batch that the loops give something else."""
    taken = [id(n) for one in parts.inputs(whole) for n in ast.walk(one)]
    free = [one for one in ast.walk(whole) if isinstance(one, ast.Name) and id(one) not in taken]
    moved = [
        node
        for one in rounds
        for node in ast.walk(one)
        if isinstance(node, ast.stmt) and not isinstance(node, Round | ast.If | ast.With | ast.Try)
    ]
    for name in sorted({one.id for one in free}):
        value = parts.names.get(name)
        given = [one for one in moved if name in set(bound(one))]
        if id(value) in parts.trained and all(isinstance(one, ast.AugAssign) for one in given):
            continue
        if hasattr(value, "forward"):  # made anew with each training
            continue
        if given or any(name in _heads(one) for one in rounds):
            raise UnusualLoop(f"{name}, which changes as it trains, in {ast.unparse(whole)}")


def _heads(one: Round) -> set[str]:
    return names_in(one.target) if isinstance(one, ast.For) else set()


def _seen(whole: ast.expr, parts: _Parts, inputs: Sequence[ast.expr], module: Any) -> Call | None:
    """What it was given in the script's own update, and its outputs; None where that is not
    known, as of a module that is called twice."""
    recorded, outputs = dict[str, Call](), dict[str, ast.expr]()
    known = dict(parts.names)
    for text, node in parts.learners(whole).items():
        if not isinstance(node, ast.Call):
            continue
        call = parts.calls.get(id(called(node, parts.names)))
        if call is None or any(call is one for one in recorded.values()):
            return None
        recorded[text] = call
        known[f"{_OUT}{len(outputs)}"] = call.outputs
        outputs[text] = ast.Name(f"{_OUT}{len(outputs)}", ast.Load())
    given = []
    for one in inputs:
        found = [
            value
            for text, call in recorded.items()
            for node, value in zip(parts.learners(whole)[text].args, call.given, strict=False)  # type: ignore[attr-defined]
            if ast.unparse(node) == ast.unparse(one)
        ]
        if not found and any(isinstance(n, ast.Call) for n in ast.walk(one)):
            return None
        given.append(found[0] if found else value_if_known(one, known))
    value = named_by(whole, outputs)
    first, again = value_if_known(value, known), value_if_known(value, known)
    if first is None or differ(first, again):
        return None
    mixed = any(one.mixed for one in recorded.values())
    return Call(module, tuple(given), {}, first, mixed)


def _word(module: Any) -> str:
    """Of what it is made."""
    names = [name for name, _ in module.named_children()]
    names += [name for name, _ in module.named_parameters(recurse=False)]
    *others, last = names
    if others:
        return f"{', '.join(others)} and {last} learn from one loss, and are taken as one model"
    if list(module.children()):
        return f"all that {last} is asked for in an update is taken as one output"
    return f"{last} is taken as the weights of a model"
