"""Start-up is lazy: a command loads what it needs, and help needs nothing but click."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

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
