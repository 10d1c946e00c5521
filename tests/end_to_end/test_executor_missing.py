"""Without the extra dask, --executor says how to get it."""

import subprocess
import sys

from tests.projects import ProjectFolder

WITHOUT_DASK = """
import sys
sys.modules["distributed"] = None  # what an import of it finds then is nothing
from hubevents_sync.cli.main import run
run()
"""


def test_a_missing_extra_is_named_with_the_command_that_gets_it(project: ProjectFolder) -> None:
    project.write_event("gala")
    plan = ["-C", str(project.path), "plan", "--executor", "tcp://127.0.0.1:8786"]
    ended = subprocess.run([sys.executable, "-c", WITHOUT_DASK, *plan], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "error: --executor needs Dask, which is not installed\nhint: pip install 'hubevents-sync[dask]'\n"
    )
