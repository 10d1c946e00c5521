"""How long the pages of a large account take, server and HTTP: ``python tests/benchmarks/sandbox_page.py``."""

import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))

from hubevents_sync.sandbox.server import running_sandbox
from tests.sandbox_page.test_page_size import NOW_MS, PATHS, PEOPLE, fill


def main() -> None:
    """Print a line for each page."""
    with tempfile.TemporaryDirectory() as folder:
        account = Path(folder, "account.db")
        fill(account)
        with (
            running_sandbox(data=account, clock=lambda: NOW_MS) as sandbox,
            httpx.Client(base_url=sandbox.base_url, timeout=30) as http,
        ):
            http.get("/page/faults")  # the templates' engine is loaded once
            sys.stdout.write(f"{PEOPLE:,} participations\n")
            for path in PATHS:
                began = time.perf_counter()
                answer = http.get(path)
                taken = time.perf_counter() - began
                sys.stdout.write(f"{taken * 1000:6.0f} ms  {len(answer.content):8,} bytes  {path}\n")


if __name__ == "__main__":
    main()
