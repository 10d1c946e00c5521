"""Who may import whom, where each third party lives, and the habits of the house that a machine can check.

The table below is the architecture. To change the architecture, change the table first.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = "hubevents_sync"

needs_checkout = pytest.mark.skipif(not (ROOT / OURS).is_dir(), reason="reads the source, which is out of reach here")

WORDS = frozenset({"collector", "errors", "model", "ports"})
MAY_IMPORT: dict[str, frozenset[str]] = {
    "collector": frozenset(),
    "errors": frozenset(),
    "model": frozenset({"errors"}),
    "ports": frozenset({"errors", "model"}),
    "resources": frozenset({"errors"}),
    "version": frozenset(),
    "manifest": WORDS | {"resources"},
    "plan": WORDS,
    "render": WORDS,
    "apply": WORDS | {"live"},
    "state": WORDS,
    "hubspot": WORDS,
    "live": WORDS,
    # It talks to GitHub and GitLab with a token of theirs: it knows a plan's comment and nothing of HubSpot or files.
    "forge": WORDS,
    # It faces the internet: it knows events and nothing of people, tokens, state or files.
    "callback": WORDS,
    # Tells the outside of runs. It sends to no HubSpot, and holds no token of one.
    "notify": WORDS,
    # A second, independent reading of the API: a word shared with our client would be a fault shared with it.
    "sandbox": frozenset({"errors"}),
    "engine": WORDS
    | {"manifest", "plan", "apply", "state", "hubspot", "live", "callback", "notify", "resources", "version"},
    "cli": WORDS | {"engine", "forge", "render", "resources", "sandbox", "version"},
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}
# Imported where it is used, never at the top of a file: most commands run without it.
ONLY_INSIDE_FUNCTIONS = frozenset({("cli", "forge"), ("cli", "sandbox")})

LIVES_IN: dict[str, frozenset[str]] = {
    "click": frozenset({"cli"}),
    "deepdiff": frozenset({"plan"}),
    "distributed": frozenset({"cli"}),
    "email_validator": frozenset({"manifest"}),
    "httpx": frozenset({"forge", "hubspot", "notify"}),
    "jinja2": frozenset({"render", "sandbox"}),
    "jsonschema": frozenset({"manifest"}),
    "jsonschema_rs": frozenset({"manifest"}),
    "keyring": frozenset({"hubspot"}),
    "psycopg": frozenset({"state"}),
    "referencing": frozenset({"manifest"}),
    "rich": frozenset({"render"}),
    "ruamel": frozenset({"manifest"}),
    "sqlalchemy": frozenset({"state"}),
    "starlette": frozenset({"sandbox", "callback"}),
    "uvicorn": frozenset({"sandbox", "callback"}),
    "yaml": frozenset({"manifest"}),
}
MAX_LINES = 300
# file: why splitting it would hide more than it shows
MAY_BE_LONGER: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Module:
    """A file of the package: *path* below the package's parent, with ``/``, and its text and tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        """The row of the table it belongs to: ``plan`` of ``hubevents_sync/plan/diff.py``."""
        return self.path.split("/")[1].removesuffix(".py")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, by its full dotted name; *is_top_level* where start-up would run it."""

    name: str
    line: int
    is_top_level: bool


def parse_module(path: str, text: str) -> Module:
    """The module that *text* is at *path*."""
    return Module(path, text, ast.parse(text, filename=path))


def read_package() -> list[Module]:
    """Every module of the package."""
    files = sorted((ROOT / OURS).rglob("*.py"))
    return [parse_module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files]


def find_imports(module: Module) -> Iterator[Import]:
    """All that *module* imports, inside functions and by ``import_module("…")`` too."""
    in_functions = {
        inner
        for outer in ast.walk(module.tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
    }
    for node in ast.walk(module.tree):
        for name in imported_names(node):
            yield Import(name, getattr(node, "lineno", 0), node not in in_functions)


def imported_names(node: ast.AST) -> list[str]:
    """The dotted names that *node* imports; a relative import counts as ``.``, which no row of the table allows."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(name), names=names, level=0):
            return [f"{name}.{alias.name}" for alias in names] if name == OURS else [name]
        case ast.ImportFrom():
            return ["."]
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return [name]
    return []


def find_wrong_imports(module: Module) -> Iterator[str]:
    """Imports that the two tables do not allow."""
    for found in find_imports(module):
        fault = judge_import(module.package, found)
        if fault is not None:
            yield f"{module.path}:{found.line}: {fault}"


def judge_import(package: str, found: Import) -> str | None:
    """What is wrong with *package* importing *found*; None where nothing is."""
    first, _, rest = found.name.partition(".")
    if package not in MAY_IMPORT:
        return f"{package} has no row in MAY_IMPORT [layers]"
    if first == OURS:
        return judge_layer(package, rest.split(".")[0] or "__init__", found)
    if first in sys.stdlib_module_names or package in LIVES_IN.get(first, ()):
        return None
    if first in LIVES_IN:
        return f"{first} lives in {', '.join(sorted(LIVES_IN[first]))} only, not in {package} [third-parties]"
    return f"{found.name} has no row in LIVES_IN [third-parties]"


def judge_layer(package: str, target: str, found: Import) -> str | None:
    """What is wrong with *package* importing *target*, both ours."""
    if target != package and target not in MAY_IMPORT[package]:
        allowed = ", ".join(sorted(MAY_IMPORT[package])) or "nothing of ours"
        return f"{package} may not import {target}; it may import {allowed} [layers]"
    if (package, target) in ONLY_INSIDE_FUNCTIONS and found.is_top_level:
        return f"{package} may import {target} only inside a function [lazy]"
    return None


def find_full_inits(module: Module) -> Iterator[str]:
    """``__init__.py`` files that hold more than a docstring."""
    if module.path.endswith("/__init__.py"):
        for node in module.tree.body[1 if ast.get_docstring(module.tree) else 0 :]:
            yield f"{module.path}:{node.lineno}: an __init__.py holds a docstring and nothing else [init]"


def find_prints(module: Module) -> Iterator[str]:
    """Uses of ``print``, whoever's it is, and of ``click.echo`` outside of cli/."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Name(id="print") | ast.alias(name="print"):
                yield f"{module.path}:{node.lineno}: print is used nowhere [print]"
            case ast.Attribute(value=ast.Name(id="click"), attr="echo" | "secho") | ast.alias(name="echo" | "secho"):
                if module.package != "cli":
                    yield f"{module.path}:{node.lineno}: click.echo is used in cli only [print]"


def find_catches(module: Module) -> Iterator[str]:
    """Places that catch or suppress SyncError itself. A subclass may be caught where it can be answered."""
    for node in ast.walk(module.tree):
        match node:
            case ast.ExceptHandler(type=ast.expr() as caught):
                parts = ast.walk(caught)
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=arguments):
                parts = iter(arguments)
            case _:
                continue
        if any(isinstance(part, ast.Name | ast.Attribute) and named(part) == "SyncError" for part in parts):
            yield f"{module.path}:{node.lineno}: SyncError is caught once, in cli [one-catch]"


def named(node: ast.Name | ast.Attribute) -> str:
    """The last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr


def find_missing_docstrings(module: Module) -> Iterator[str]:
    """Files that do not say in a sentence what they know."""
    first_paragraph = (ast.get_docstring(module.tree) or "").split("\n\n")[0]
    if not first_paragraph.endswith((".", "?", "!")):
        yield f"{module.path}:1: a file begins with a docstring of a sentence or more [docstring]"


def find_long_files(module: Module) -> Iterator[str]:
    """Files that outgrew the habit."""
    lines = len(module.text.splitlines())
    if lines > MAX_LINES and module.path not in MAY_BE_LONGER:
        allowed = f"at most {MAX_LINES}, or a reason in MAY_BE_LONGER"
        yield f"{module.path}:{MAX_LINES + 1}: {lines} lines; {allowed} [length]"


CHECKS: tuple[Callable[[Module], Iterator[str]], ...] = (
    find_wrong_imports,
    find_full_inits,
    find_prints,
    find_missing_docstrings,
    find_long_files,
)


@needs_checkout
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_keeps_the_rule(check: Callable[[Module], Iterator[str]]) -> None:
    faults = [fault for module in read_package() for fault in check(module)]
    assert not faults, "\n" + "\n".join(faults)


@needs_checkout
def test_sync_error_is_caught_once_and_in_cli() -> None:
    modules = read_package()
    catches = [fault for module in modules for fault in find_catches(module)]
    outside = [fault for module in modules if module.package != "cli" for fault in find_catches(module)]
    assert not outside, "\n" + "\n".join(outside)
    has_command_line = any(module.path == f"{OURS}/cli/main.py" for module in modules)
    assert len(catches) == int(has_command_line), "\n" + "\n".join(catches)


@needs_checkout
def test_every_package_has_a_row_in_the_table_and_every_exception_a_file() -> None:
    modules = read_package()
    assert {module.package for module in modules} - set(MAY_IMPORT) == set()
    assert set(MAY_BE_LONGER) - {module.path for module in modules} == set()


SENTENCE = '"""Say what it knows."""\n'

BAD_MODULES = [
    ("plan/a.py", "from hubevents_sync.state.store import Store\n", find_wrong_imports, "2: plan may not import state"),
    ("plan/a.py", "import hubevents_sync.engine\n", find_wrong_imports, "2: plan may not import engine"),
    ("plan/a.py", "from hubevents_sync import cli\n", find_wrong_imports, "2: plan may not import cli"),
    ("plan/a.py", "from . import b\n", find_wrong_imports, "2: . has no row in LIVES_IN"),
    ("errors.py", "import hubevents_sync.model.event\n", find_wrong_imports, "2: errors may not import model; it may "),
    (
        "plan/a.py",
        "def f():\n    from hubevents_sync.apply import b\n",
        find_wrong_imports,
        "3: plan may not import apply",
    ),
    (
        "plan/a.py",
        "from importlib import import_module\nimport_module('hubevents_sync.cli.main')\n",
        find_wrong_imports,
        "3: plan may not import cli",
    ),
    (
        "sandbox/a.py",
        "from hubevents_sync.model.event import EventKey\n",
        find_wrong_imports,
        "2: sandbox may not import model; it may import errors [layers]",
    ),
    (
        "cli/a.py",
        "from hubevents_sync.sandbox.app import b\n",
        find_wrong_imports,
        "2: cli may import sandbox only inside a function [lazy]",
    ),
    ("gadgets/a.py", "import os\n", find_wrong_imports, "2: gadgets has no row in MAY_IMPORT"),
    ("plan/a.py", "import httpx\n", find_wrong_imports, "2: httpx lives in forge, hubspot, notify only, not in plan"),
    ("state/a.py", "def f():\n    import rich.table\n", find_wrong_imports, "3: rich lives in render only"),
    ("cli/a.py", "import requests\n", find_wrong_imports, "2: requests has no row in LIVES_IN"),
    ("plan/__init__.py", "from hubevents_sync.plan.diff import diff\n", find_full_inits, "2: an __init__.py holds"),
    ("plan/a.py", "def f():\n    print(1)\n", find_prints, "3: print is used nowhere"),
    ("render/a.py", "from rich import box, print\n", find_prints, "2: print is used nowhere"),
    ("render/a.py", "import click\nclick.echo('x')\n", find_prints, "3: click.echo is used in cli only"),
    ("render/a.py", "from click import echo\n", find_prints, "2: click.echo is used in cli only"),
    ("apply/a.py", "try:\n    f()\nexcept SyncError:\n    pass\n", find_catches, "4: SyncError is caught once"),
    ("apply/a.py", "try:\n    f()\nexcept (OSError, e.SyncError):\n    pass\n", find_catches, "4: SyncError is caught"),
    ("apply/a.py", "with suppress(SyncError):\n    f()\n", find_catches, "2: SyncError is caught once"),
    ("plan/a.py", "x = 1\n" * MAX_LINES, find_long_files, "301: 301 lines; at most 300"),
]


@pytest.mark.parametrize(("path", "body", "check", "expected"), BAD_MODULES)
def test_a_bad_module_breaks_the_rule(
    path: str, body: str, check: Callable[[Module], Iterator[str]], expected: str
) -> None:
    (fault,) = check(parse_module(f"{OURS}/{path}", SENTENCE + body))
    assert fault.startswith(f"{OURS}/{path}:{expected}")


@pytest.mark.parametrize("text", ["", "import os\n", '"""TODO"""\n', '"""no sentence\n\nbut later one."""\n'])
def test_a_file_that_does_not_say_what_it_knows_breaks_the_rule(text: str) -> None:
    assert list(find_missing_docstrings(parse_module(f"{OURS}/plan/a.py", text))) == [
        f"{OURS}/plan/a.py:1: a file begins with a docstring of a sentence or more [docstring]"
    ]


def test_a_good_module_breaks_no_rule() -> None:
    body = (
        "import json\nimport click\nfrom hubevents_sync.engine.planning.plan import f\n"
        "def g():\n    from hubevents_sync.sandbox.app import h\n    click.echo('x')\n"
        "try:\n    f()\nexcept StateLocked:\n    pass\n"
    )
    module = parse_module(f"{OURS}/cli/a.py", SENTENCE + body)
    assert [fault for check in (*CHECKS, find_catches) for fault in check(module)] == []
