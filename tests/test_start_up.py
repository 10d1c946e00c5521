"""Start-up is lazy: a command loads what it needs, help needs nothing but click, and a plan of what is known little."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.sandbox.server import running_sandbox
from tests.apply_quietly import apply_quietly
from tests.end_to_end.test_properties import StoppedClock
from tests.projects import ProjectFolder, build_people

ROOT = Path(__file__).parents[1]

HEAVY = frozenset(
    {
        "deepdiff",
        "email_validator",
        "httpx",
        "jinja2",
        "jsonschema",
        "jsonschema_rs",
        "psycopg",
        "rich",
        "ruamel",
        "sqlalchemy",
        "starlette",
        "uvicorn",
        "yaml",
    }
)

LIST_HEAVY_IMPORTS = f"""
import sys
from hubevents_sync.cli.main import run
if sys.argv[1:]:
    try:
        run()
    except SystemExit as ended:
        if ended.code:
            raise
sys.stderr.write(" ".join(sorted({set(HEAVY)} & set(sys.modules))))
"""


@pytest.mark.skipif(
    find_spec("hubevents_sync.cli.main") is None, reason="hubevents_sync/cli/main.py does not exist yet"
)
@pytest.mark.parametrize("arguments", [[], ["--help"]], ids=["import", "help"])
def test_start_up_imports_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-c", LIST_HEAVY_IMPORTS, *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_plan_of_what_was_applied_loads_what_reads_files_and_nothing_else_that_is_heavy(tmp_path: Path) -> None:
    project = ProjectFolder(tmp_path)
    with running_sandbox() as server:
        project.write_settings(base_url=server.base_url)
        project.write_event("launch", roster="launch.csv")
        project.write_roster("launch.csv", build_people(3))
        apply_quietly(Workspace(tmp_path, {"HUBSPOT_ACCESS_TOKEN": "t"}, StoppedClock()))
    command = [sys.executable, "-c", LIST_HEAVY_IMPORTS, "-C", str(tmp_path), "plan"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "Nothing to do: 1 event and 3 people compared, all as recorded.\n")
    assert set(ran.stderr.split()) <= {"jsonschema_rs", "rich", "yaml"}
