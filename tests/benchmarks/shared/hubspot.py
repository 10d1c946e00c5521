"""The built-in HubSpot as a process of its own, so that what it takes is not the program's."""

import os
import re
import subprocess
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


def cpu_seconds(pid: int) -> float:
    """User and system time of a living process so far; 0 where the machine does not tell."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123  one small read
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
