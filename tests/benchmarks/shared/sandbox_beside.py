"""The built-in HubSpot as a process of its own, so that what it takes is not the program's."""

import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks.shared.measure import PROGRAM, environ_of_program

NO_LIMIT = 1_000_000_000


@contextmanager
def hubspot_beside(*, per_10_seconds: int = NO_LIMIT) -> Iterator[str]:
    """Its address, for as long as the block lasts. It keeps its account in memory, and refuses what is above the limit.

    A limit that nobody reaches is set in any case: the headers of an answer tell it, and the client would keep to the
    one that they tell by default.
    """
    limits = ("--per-10-seconds", str(per_10_seconds), "--per-day", str(NO_LIMIT))
    command = [*PROGRAM, "sandbox", "--port", "0", *limits]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, env=environ_of_program(), text=True)
    try:
        assert server.stdout is not None
        said = server.stdout.readline()
        found = re.search(r"http://[\w.:]+", said)
        if found is None:
            raise SystemExit(f"the built-in HubSpot did not begin: {said}")
        yield found[0]
    finally:
        server.terminate()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def count_requests(base_url: str) -> int:
    """How many requests it has taken so far; asking for this is none."""
    with urllib.request.urlopen(f"{base_url}/_sandbox/limits") as answer:  # noqa: S310  loopback
        return int(json.load(answer)["used_today"])


def wait_for_requests(base_url: str, count: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once it has taken more than *count*. SystemExit where *process*, which sends them, ended before that."""
    while count_requests(base_url) <= count:
        if process.poll() is not None:
            raise SystemExit(f"the apply ended before there were {count + 1} requests")
        time.sleep(0.01)
