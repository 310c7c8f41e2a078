"""The law of the house on code: sizes, imports, annotations, the one writer of states, the one door to rows."""

import ast

import pytest
from tests.house import walk

FILE_LINES, FUNCTION_LINES = 400, 50
MANAGERS = ("objects", "_default_manager", "_base_manager")
DOORS = {"visible_to", "public", "usable", "usable_by"}
WRITER = "src/palier/journal/"
EDGES = ("src/palier/portals/", "src/palier/api/")


def _faults(check: object) -> list[str]:
    return [f"{path}:{line} {what}" for path, tree in walk.modules().items() for line, what in check(path, tree)]


def test_no_import_inside_functions():
    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        return [
            (node.lineno, f"import inside {function.name}")
            for function in walk.functions(tree)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]

    assert _faults(check) == []


def test_every_function_says_what_it_returns_and_takes():
    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        found = [(f.lineno, f"{f.name} -> ?") for f in walk.functions(tree) if f.returns is None]
        for f in walk.functions(tree):
            every = [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs]
            found += [
                (f.lineno, f"{f.name}({a.arg}: ?)")
                for a in every
                if a.annotation is None and a.arg not in ("self", "cls")
            ]
        return found

    assert _faults(check) == []


def test_files_and_functions_are_short():
    long = [
        f"{path} {count}"
        for path in walk.modules()
        if (count := len((walk.ROOT / path).read_text().splitlines())) > FILE_LINES
    ]

    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        return [
            (f.lineno, f"{f.name} {size}")
            for f in walk.functions(tree)
            if (size := (f.end_lineno or 0) - f.lineno + 1) > FUNCTION_LINES
        ]

    assert long + _faults(check) == []


def _written_states(tree: ast.Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            flat = [inner for target in targets if target is not None for inner in ast.walk(target)]
            found += [
                (node.lineno, f".{each.attr} =")
                for each in flat
                if isinstance(each, ast.Attribute)
                and each.attr in ("state", "state_since")
                and isinstance(each.ctx, ast.Store)
            ]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = {keyword.arg for keyword in node.keywords} & {"state", "state_since"}
            if given and name in ("update", "create", "update_or_create", "get_or_create"):
                found.append((node.lineno, f"{name}({', '.join(sorted(given))}=…)"))
            if name == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", "") == "state":
                found.append((node.lineno, "setattr(…, 'state', …)"))
    return found


def test_states_are_written_in_the_journal_only():
    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        return [] if path.startswith(WRITER) else _written_states(tree)

    assert _faults(check) == []


@pytest.mark.parametrize(
    "planted", ["x.state = 1", "a, b.state = 1, 2", "Q.filter().update(state='x')", "setattr(x, 'state', 1)"]
)
def test_the_check_sees_a_planted_writer(planted: str):
    assert _written_states(ast.parse(planted))


def _chain(node: ast.AST) -> tuple[list[str], ast.Attribute | None]:
    """The names called on a manager, outermost first, and the manager's own node (None when there is none)."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            if node.attr in MANAGERS:
                return names, node
            names.append(node.attr)
            node = node.value
        else:
            return names, None


def _ours(tree: ast.Module) -> set[str]:
    """The names under which a module imports models of the house."""
    imported = [each for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    models = [each for each in imported if (each.module or "").startswith("palier.")]
    return {alias.asname or alias.name for each in models for alias in each.names}


def _bare_managers(tree: ast.Module) -> list[tuple[int, str]]:
    ours, longest = _ours(tree), {}
    for node in ast.walk(tree):
        names, manager = _chain(node)
        if manager is not None and getattr(manager.value, "id", "") in ours:
            longest[manager] = max(longest.get(manager, []), names, key=len)
    return [
        (manager.lineno, f"{ast.unparse(manager)}.{'.'.join(reversed(names))}")
        for manager, names in longest.items()
        if not DOORS & set(names)
    ]


def test_pages_and_programs_start_from_what_is_visible():
    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        return _bare_managers(tree) if path.startswith(EDGES) else []

    assert _faults(check) == []


def test_the_check_sees_a_planted_manager():
    imports = "from palier.parc.models import Offre as O\n"
    assert _bare_managers(ast.parse(f"{imports}O.objects.filter(a=1).get(pk=1)"))
    assert _bare_managers(ast.parse(f"{imports}get_object_or_404(O.objects, pk=1)"))
    assert not _bare_managers(ast.parse(f"{imports}O.objects.with_place().visible_to(actor).get(pk=1)"))


def test_only_edges_ask_what_time_it_is():
    edges = (
        *EDGES,
        "src/palier/config/",
        "src/palier/base/clock.py",
        "src/palier/demo/",
        "src/palier/accounts/adapter.py",
        "src/palier/gateways/",
    )

    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        if path.startswith(edges) or "/management/" in path or path.endswith("/tasks.py") or "/tasks/" in path:
            return []
        return [
            (node.lineno, f"{node.value.id}.{node.attr}()")
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id, node.attr)
            in {("clock", "now"), ("clock", "today"), ("datetime", "now"), ("timezone", "now"), ("date", "today")}
        ]

    assert _faults(check) == []


def test_no_todo_and_no_silent_except():
    def check(path: str, tree: ast.Module) -> list[tuple[int, str]]:
        lines = (walk.ROOT / path).read_text().splitlines()
        found = [(number, "TODO") for number, line in enumerate(lines, 1) if "TODO" in line or "FIXME" in line]
        return found + [
            (node.lineno, "except: pass")
            for node in ast.walk(tree)
            if isinstance(node, ast.Try) and not node.orelse
            for handler in node.handlers
            if all(isinstance(each, ast.Pass) for each in handler.body)
        ]

    assert _faults(check) == []
