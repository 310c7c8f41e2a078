"""The reasons that the law may give, read from its code: their codes, and the names of the facts that they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tests.house import walk

LAW = "src/palier/droit/"
SHAPES = {"Motif": (0, 2), "Manquant": (3, 4)}
"""Where the code and the facts stand among the arguments."""
ANY = "*"
Scopes = list[ast.AST]
"""Where a name may be given a value: the function first, then the lines of the module."""


@dataclass(frozen=True)
class Reason:
    """One call: where, its kind, the codes it may have (`*` for a part that only runs tell), names of its facts."""

    place: str
    kind: str
    codes: frozenset[str]
    facts: frozenset[str] | None


def reasons() -> list[Reason]:
    """Every `Motif(…)` and `Manquant(…)` of the law, with every code that its function may give it."""
    return [
        _reason(f"{path.removeprefix(LAW)} {getattr(scope, 'name', '')}".strip(), call, [scope, *tree.body])
        for path, tree in walk.modules().items()
        if path.startswith(LAW) and path != f"{LAW}verdict.py"
        for scope, call in _calls(tree)
    ]


def _calls(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Each call with the function that holds it (the module when none does)."""
    held: set[ast.Call] = set()
    for scope in [*(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)), tree]:
        for node in ast.walk(scope):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") in SHAPES
            if isinstance(node, ast.Call) and named and node not in held:
                held.add(node)
                yield scope, node


def _reason(place: str, call: ast.Call, scopes: Scopes) -> Reason:
    kind = str(getattr(call.func, "id", ""))
    code_at, facts_at = SHAPES[kind]
    code = _argument(call, code_at, "code") or (call.args[0] if kind == "Manquant" else None)
    facts = _argument(call, facts_at, "faits")
    return Reason(place, kind, frozenset(_texts(code, scopes)), _keys(facts, scopes) if facts else frozenset())


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    if len(call.args) > place:
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _texts(node: ast.expr | None, scopes: Scopes) -> set[str]:
    """The texts that an expression may be."""
    if isinstance(node, ast.Constant):
        return {str(node.value)}
    if isinstance(node, ast.IfExp):
        return _texts(node.body, scopes) | _texts(node.orelse, scopes)
    if isinstance(node, ast.BinOp):
        return {a + b for a in _texts(node.left, scopes) for b in _texts(node.right, scopes)}
    if isinstance(node, ast.JoinedStr):
        return {"".join(parts) for parts in product(*(_texts(part, scopes) for part in node.values))}
    if isinstance(node, ast.FormattedValue):
        return _texts(node.value, scopes)
    if isinstance(node, ast.Name):
        return {text for value in _assigned(node.id, scopes) for text in _texts(value, scopes)} or {ANY}
    return {ANY}


def _assigned(name: str, scopes: Scopes) -> list[ast.expr]:
    """The expressions given to a name, one of several at once included."""
    found: list[ast.expr] = []
    for node in _lines(scopes):
        if isinstance(node, ast.AnnAssign) and node.value is not None and getattr(node.target, "id", "") == name:
            found.append(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if getattr(target, "id", "") == name:
                found.append(node.value)
            elif isinstance(target, ast.Tuple):
                places = [rank for rank, one in enumerate(target.elts) if getattr(one, "id", "") == name]
                found += [value for rank in places for value in _place(node.value, rank)]
    return found


def _lines(scopes: Scopes) -> Iterator[ast.AST]:
    """The nodes of the function, then the plain lines of the module."""
    yield from ast.walk(scopes[0])
    yield from (line for line in scopes[1:] if isinstance(line, ast.Assign | ast.AnnAssign))


def _place(node: ast.expr, rank: int) -> list[ast.expr]:
    if isinstance(node, ast.Tuple):
        return [node.elts[rank]]
    return [*_place(node.body, rank), *_place(node.orelse, rank)] if isinstance(node, ast.IfExp) else [ast.Tuple()]


def _keys(node: ast.expr, scopes: Scopes) -> frozenset[str] | None:
    """The names of the facts of a reason; None when only a run tells."""
    if isinstance(node, ast.Name):
        given = [_keys(value, scopes) for value in _assigned(node.id, scopes)]
        added = {
            str(getattr(target.slice, "value", ""))
            for assign in _lines(scopes)
            if isinstance(assign, ast.Assign)
            for target in assign.targets
            if isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == node.id
        }
        known = [keys for keys in given if keys is not None]
        return frozenset(added.union(*known)) if known and len(known) == len(given) else None
    if not isinstance(node, ast.Dict):
        return None
    keys: set[str] = set()
    for key, value in zip(node.keys, node.values, strict=True):
        inner = _keys(value, scopes) if key is None else frozenset({str(getattr(key, "value", ""))})
        if inner is None:
            return None
        keys |= inner
    return frozenset(keys)
