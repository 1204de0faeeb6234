"""The house as the code has it: who imports whom, how long things get, what is written where."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from nndoctor.checks.table import CHECKS

PACKAGE = Path(__file__).resolve().parents[1] / "nndoctor"
FILES = sorted(PACKAGE.rglob("*.py"))
EVERYTHING = {path.stem for path in PACKAGE.iterdir() if not path.name.startswith("_")}

# What each first-level part may import of ours, besides itself.
OURS: dict[str, set[str]] = {
    "version": set(),
    "errors": set(),
    "limits": {"errors"},
    "seconds": {"errors"},
    "visible": set(),
    "spelling": set(),
    "patients": {"spelling", "errors"},
    "outputs": {"errors"},
    "levels": set(),
    "findings": {"levels"},
    "watch": {"findings"},
    "trace": set(),
    "trainable": {"trace"},
    "owncode": {"trainable"},
    "engine": {"version", "errors"},
    "data": {"limits", "spelling", "trainable", "errors"},
    "recipe": {"limits", "spelling", "errors"},
    "scores": {"trainable"},
    "comparison": {"trainable"},
    "metrics": {"trainable"},
    "adapters": {"limits", "trainable", "trace", "engine", "errors", "scores", "owncode"},
    "training": {
        "limits",
        "adapters",
        "engine",
        "scores",
        "trainable",
        "trace",
        "watch",
        "outputs",
        "errors",
    },
    "running": {"engine", "watch", "version", "errors"},
    "checks": {
        "owncode",
        "running",
        "trainable",
        "trace",
        "scores",
        "comparison",
        "findings",
        "watch",
        "errors",
    },
    "surfaces": {"trainable", "adapters", "engine", "watch"},
    "catalogue": {"spelling", "errors"},
    "report": {
        "spelling",
        "catalogue",
        "diagnosis",
        "recipe",
        "findings",
        "watch",
        "visible",
        "outputs",
        "limits",
        "errors",
    },
    "setup": {
        "limits",
        "spelling",
        "recipe",
        "data",
        "adapters",
        "training",
        "checks",
        "scores",
        "trainable",
        "version",
        "outputs",
        "errors",
    },
    "importing": {"limits", "data", "recipe", "setup", "trainable", "outputs", "errors"},
    "diagnosis": {"running", "comparison", "checks", "trainable", "findings", "trace", "watch"},
    "subjects": {
        "adapters",
        "comparison",
        "checks",
        "diagnosis",
        "recipe",
        "data",
        "setup",
        "training",
        "scores",
        "trainable",
        "trace",
        "watch",
        "errors",
    },
    "comparing": {
        "running",
        "limits",
        "comparison",
        "checks",
        "diagnosis",
        "subjects",
        "recipe",
        "data",
        "setup",
        "adapters",
        "findings",
        "trainable",
        "trace",
        "watch",
        "errors",
    },
    "searching": {
        "running",
        "trace",
        "limits",
        "comparison",
        "checks",
        "diagnosis",
        "subjects",
        "setup",
        "training",
        "adapters",
        "recipe",
        "scores",
        "findings",
        "trainable",
        "watch",
        "errors",
    },
    "api": {
        "trace",
        "patients",
        "surfaces",
        "searching",
        "limits",
        "data",
        "comparing",
        "comparison",
        "metrics",
        "report",
        "diagnosis",
        "subjects",
        "setup",
        "importing",
        "training",
        "running",
        "checks",
        "adapters",
        "engine",
        "recipe",
        "scores",
        "findings",
        "trainable",
        "owncode",
        "watch",
        "version",
        "outputs",
        "errors",
    },
    "python": {
        "seconds",
        "api",
        "importing",
        "running",
        "setup",
        "recipe",
        "report",
        "diagnosis",
        "findings",
        "limits",
        "watch",
        "errors",
    },
    "cli": EVERYTHING,
    "__main__": {"cli"},
    "__init__": {"python", "errors", "report", "version"},
}

# What each part may import of others, besides the standard library.
OTHERS: dict[str, set[str]] = {
    "trace": {"numpy"},
    "trainable": {"numpy"},
    "scores": {"numpy"},
    "comparison": {"numpy", "scipy"},
    "metrics": {"numpy", "scipy", "sklearn"},
    "engine": {"numpy", "scipy", "numba", "llvmlite", "platformdirs", "threadpoolctl"},
    "data": {
        "numpy",
        "pandas",
        "pyarrow",
        "scipy",
        "sklearn",
        "h5py",
        "pydantic",
        "charset_normalizer",
    },
    "recipe": {"pydantic", "pydantic_core", "annotated_types", "tomlkit"},
    "adapters": {"numpy", "scipy", "numba", "llvmlite", "torch"},
    "training": {"numpy", "pydantic"},
    "running": {"numpy", "cloudpickle", "distributed"},
    "checks": {"numpy", "scipy"},
    "report": {"rich", "plotext", "matplotlib", "numpy", "pydantic", "jinja2"},
    "setup": {"numpy", "pydantic", "tomlkit", "torch"},
    "importing": {"numpy", "sklearn"},
    "diagnosis": {"numpy", "pandas", "sklearn", "threadpoolctl"},
    "subjects": {"numpy", "torch"},
    "comparing": {"numpy"},
    "surfaces": {"numpy"},
    "searching": {"numpy", "optuna", "torch"},
    "api": {"numpy", "lazy_loader"},
    "python": {"numpy", "pandas", "rich", "matplotlib"},
    "cli": {"typer", "rich"},
}
STANDARD = __import__("sys").stdlib_module_names


def part_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(text(file))


@cache
def nodes(file: Path) -> list[ast.stmt]:
    """What several tests look for: its imports and its functions, wherever in it."""
    wanted = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(file)) if isinstance(node, wanted)]


def short(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


@cache
def imports(file: Path, source: str | None = None) -> tuple[str, ...]:
    """Every module or name a file imports, wherever in it, relative imports resolved."""
    return tuple(_imports(file, source))


def _imports(file: Path, source: str | None) -> Iterator[str]:
    here = file.relative_to(PACKAGE.parent).parts
    for node in ast.walk(ast.parse(source)) if source else nodes(file):
        if isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else ()
            stem = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def ours(file: Path, source: str | None = None) -> set[str]:
    names = [name.split(".") for name in imports(file, source)]
    parts = {name[1] for name in names if name[0] == "nndoctor" and len(name) > 1}
    return (parts & EVERYTHING) - {part_of(file)}


def module(file: Path) -> str:
    """Its dotted name; a package's __init__ has the name of the package."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(file): file for file in FILES}


def modules(file: Path, source: str | None = None) -> set[str]:
    """The modules of ours that a file imports; a package only where a name is taken from it."""
    names = ((name, name.rpartition(".")[0]) for name in imports(file, source))
    found = (next((name for name in pair if name in MODULES), None) for pair in names)
    return {name for name in found if name}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of imports, its first module also at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def others(file: Path) -> set[str]:
    first = {name.split(".")[0] for name in imports(file)}
    return first - set(STANDARD) - {"nndoctor", "__future__"}


def offenders(found: dict) -> dict:
    """The files of which there is something to be said."""
    return {file: what for file, what in found.items() if what}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from ..engine import blas", {"engine"}),
        ("from .. import api", {"api"}),
        ("def f():\n    from ...report.cells import number", {"report"}),
        ("import nndoctor.cli.app", {"cli"}),
        ("from nndoctor.data import read", {"data"}),
        ("from .check import Check", set()),
        ("from ..version import __version__", {"version"}),
    ],
)
def test_the_walk_sees_imports_in_every_form(source, expected):
    depth = "checks/learning/rate.py" if "..." in source else "checks/settings.py"
    assert ours(PACKAGE / depth, source) == expected


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        ("checks/settings.py", "from . import check", {"nndoctor.checks.check"}),
        ("checks/settings.py", "from .check import Check", {"nndoctor.checks.check"}),
        ("checks/settings.py", "from . import CHECKS", {"nndoctor.checks"}),
        ("checks/__init__.py", "from .check import Check", {"nndoctor.checks.check"}),
        ("api/data.py", "def f():\n    from ..engine import jit", {"nndoctor.engine.jit"}),
        ("api/data.py", "if TYPE_CHECKING:\n    from .. import watch", {"nndoctor.watch"}),
        ("api/data.py", "from ..setup import open_setup", {"nndoctor.setup"}),
        ("api/data.py", "import nndoctor.cli.app", {"nndoctor.cli.app"}),
        ("api/data.py", "import numpy as np\nfrom scipy import stats", set()),
    ],
)
def test_imports_are_followed_to_the_file_that_is_meant(file, source, expected):
    assert modules(PACKAGE / file, source) == expected


def test_a_circle_is_seen_wherever_it_is():
    straight = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert circle(straight) == []
    assert set(circle(straight | {"c": {"d"}, "d": {"b"}})) == {"b", "c", "d"}


def test_no_files_import_one_another_in_a_circle():
    assert circle({name: modules(file) for name, file in MODULES.items()}) == []


def test_every_part_has_a_row_in_the_table():
    assert {part_of(file) for file in FILES} == set(OURS)


def test_imports_point_down():
    upward = {short(file): ours(file) - OURS[part_of(file)] for file in FILES}
    assert offenders(upward) == {}


def test_other_packages_stay_in_their_part():
    strange = {short(file): others(file) - OTHERS.get(part_of(file), set()) for file in FILES}
    assert offenders(strange) == {}


def test_api_takes_nothing_but_threads_and_cores_from_the_engine():
    names = {name for file in (PACKAGE / "api").glob("*.py") for name in imports(file)}
    engine = {name for name in names if name.startswith("nndoctor.engine")}
    assert engine == {"nndoctor.engine.blas", "nndoctor.engine.cores"}


def test_reports_take_nothing_but_the_words_of_a_diagnosis():
    names = {name for file in (PACKAGE / "report").glob("*.py") for name in imports(file)}
    words = {".".join(n.split(".")[:3]) for n in names if n.startswith("nndoctor.diagnosis")}
    assert words == {
        f"nndoctor.diagnosis.{name}"
        for name in ("causes", "context", "diagnosis", "reading", "records", "telling")
    }


def test_what_is_no_check_is_a_measure_and_measures_know_no_check():
    homes = {base.__module__ for check in CHECKS.values() for base in type(check).__mro__}
    files = {file: file.parent.name for file in (PACKAGE / "checks").glob("*/[!_]*.py")}
    assert {module(file) for file, folder in files.items() if folder != "measures"} <= homes
    known = {
        name for file, folder in files.items() if folder == "measures" for name in modules(file)
    }
    of_checks = {name for name in known if name.startswith("nndoctor.checks")}
    assert {name.rpartition(".")[0] for name in of_checks} == {"nndoctor.checks.measures"}


def test_files_say_what_they_are_for():
    silent = {short(file): text(file) for file in FILES if not ast.get_docstring(tree(file))}
    assert {file for file, content in silent.items() if content.strip()} == set()


def test_files_and_functions_stay_short():
    assert offenders({short(file): len(text(file).splitlines()) > 350 for file in FILES}) == {}
    assert offenders({short(file): long_functions(file) for file in FILES}) == {}


def long_functions(file: Path) -> dict[str, int]:
    functions = (
        node for node in nodes(file) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    return {name: length for name, length in lengths.items() if length > 80}


def test_no_path_of_one_machine_is_written_down():
    path = re.compile(r"(?<![\w.])(/(home|work|root|Users|tmp|mnt|opt)/|[A-Z]:\\\\)")
    assert offenders({short(file): path.findall(text(file)) for file in FILES}) == {}
