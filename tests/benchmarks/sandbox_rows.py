"""Print how many attendance rows a second the sandbox takes through HTTP.

Run it from the project's folder: PYTHONPATH=. python tests/benchmarks/sandbox_rows.py [ROWS]
"""

import sys
import tempfile
import time
from pathlib import Path

import httpx

from hubevents_sync.sandbox.server import running_sandbox

BASE = "/marketing/marketing-events/2026-03"
BATCH = 100
AT_MS = 1_793_523_600_000
EVENT = {
    "externalAccountId": "Bench",
    "externalEventId": "bench",
    "eventName": "Benchmark",
    "eventOrganizer": "Chef Joe",
    "customProperties": [],
}


def measure(rows: int, data: Path | None) -> dict[str, float]:
    """Rows a second for registering new people, for repeating that, and for reading them back."""
    headers = {"Authorization": "Bearer any"}
    with running_sandbox(data=data) as sandbox, httpx.Client(base_url=sandbox.base_url, headers=headers) as client:
        client.post(f"{BASE}/events/upsert", json={"inputs": [EVENT]}).raise_for_status()
        speeds = {"register": rows / send(client, rows), "repeat": rows / send(client, rows)}
        started = time.perf_counter()
        count = read_back(client)
        speeds["read back"] = count / (time.perf_counter() - started)
        assert count == rows, f"{count} of {rows} rows are there"
        return speeds


def send(client: httpx.Client, rows: int) -> float:
    """Register people 0 to *rows* in batches of 100; the seconds it took."""
    path = f"{BASE}/attendance/bench/register/email-create?externalAccountId=Bench"
    started = time.perf_counter()
    for first in range(0, rows, BATCH):
        inputs = [
            {"email": f"p{n}@example.com", "interactionDateTime": AT_MS, "properties": {}, "contactProperties": {}}
            for n in range(first, min(first + BATCH, rows))
        ]
        client.post(path, json={"inputs": inputs}).raise_for_status()
    return time.perf_counter() - started


def read_back(client: httpx.Client) -> int:
    """Read the whole breakdown in pages of 100; how many rows it had."""
    query: dict[str, str | int] = {"limit": 100}
    count = 0
    while True:
        page = client.get(f"{BASE}/participations/Bench/bench/breakdown", params=query).json()
        count += len(page["results"])
        if "paging" not in page:
            return count
        query["after"] = page["paging"]["next"]["after"]


def main() -> None:
    """Measure in memory and in a file."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("memory", None), ("file", Path(folder) / "account.db")):
            speeds = measure(rows, data)
            figures = ", ".join(f"{what} {speed:,.0f} rows/s" for what, speed in speeds.items())
            sys.stdout.write(f"{name}: {rows:,} rows; {figures}\n")


if __name__ == "__main__":
    main()
