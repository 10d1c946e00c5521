"""Print how many signed requests a second ``serve`` answers, how late the slowest are, and what memory that takes.

All the while others hold connections open, send a byte a second, and send what is too large.
Run it from the project's folder: PYTHONPATH=. python tests/benchmarks/serve_load.py [SECONDS]
It uses wrk where that is installed, and a client of its own, which is slower, where it is not.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.callback.signing import SECRET, build_headers

EVENTS = 100
CONNECTIONS = 32
SLOW_CONNECTIONS = 300
FASTEST_PER_SECOND = 8_000  # so many requests are signed in advance: each signature is good once
LUA = """
local requests, next_request = {}, 0
function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, time, signature = line:match("^(%S+) (%S+) (%S+)$")
    requests[#requests + 1] = wrk.format("GET", path, {
      ["X-HubSpot-Request-Timestamp"] = time, ["X-HubSpot-Signature-v3"] = signature })
  end
end
function request()
  next_request = next_request + 1
  return requests[next_request]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "worst": %f, "errors": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def write_project(folder: Path) -> None:
    """A project of EVENTS events."""
    (folder / "events").mkdir()
    (folder / "hubevents.yaml").write_text("version: 1\naccount: Bench\n")
    times = "startDateTime: 2026-11-30T16:00:00Z, endDateTime: 2026-11-30T17:30:00Z"
    lines = [
        f"  - {{externalEventId: e{number}, eventName: Class {number}, eventOrganizer: Chef Joe, {times}}}"
        for number in range(EVENTS)
    ]
    (folder / "events" / "all.yaml").write_text("\n".join(["events:", *lines, ""]))


def write_requests(file: Path, count: int, public_url: str) -> None:
    """*count* requests, no two alike: their times are spread over the minutes for which a signature is good."""
    now_ms = time.time_ns() // 1_000_000
    with file.open("w") as out:
        for number in range(count):
            target = f"/events/e{number % EVENTS}?appId=7&externalAccountId=Bench"
            at_ms = now_ms - 100_000 + number // EVENTS * 10
            headers = build_headers(target, at_ms=at_ms, public_url=public_url)
            out.write(f"{target} {at_ms} {headers['X-HubSpot-Signature-v3']}\n")


def find_free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])


@contextmanager
def served(folder: Path, port: int, *arguments: str) -> Iterator[int]:
    """The process id of ``serve``, its log in a file."""
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "hubevents_sync", "-C", str(folder), "serve", "--public-url", url]
    environ = {**os.environ, "HUBSPOT_CLIENT_SECRET": SECRET}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, "--port", str(port), *arguments], env=environ, stderr=log)
        try:
            while "files" not in (folder / "log").read_text():
                time.sleep(0.05)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0, "serve did not end well"


def read_memory_mb(pid: int) -> float:
    """The memory of a process that is in RAM."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def hold_connections(port: int, stop: threading.Event) -> None:
    """Slow loris: keep SLOW_CONNECTIONS open that send a byte a second, and open new ones where one was ended."""
    with ExitStack() as stack:
        held: list[socket.socket] = []
        while not stop.is_set():
            while len(held) < SLOW_CONNECTIONS:
                held.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5)))
            for client in list(held):
                try:
                    client.sendall(b"G")
                except OSError:
                    held.remove(client)
                    client.close()
            stop.wait(1)


def send_too_much(port: int, stop: threading.Event, statuses: Counter[str]) -> None:
    """Ten times a second: a head of 60 KB, a body of 1 MB, no HTTP at all, and a request that nobody signed."""
    head = b"GET /events/e1?appId=7&externalAccountId=Bench HTTP/1.1\r\nHost: x\r\n"
    bad = {
        "large head": head + b"X: " + b"y" * 60_000 + b"\r\n\r\n",
        "large body": head + b"Content-Length: 1000000\r\n\r\n" + b"y" * 1_000_000,
        "no HTTP": b"\x16\x03\x01" * 100 + b"\r\n\r\n",
        "unsigned": head + b"Connection: close\r\n\r\n",
    }
    while not stop.wait(0.1):
        for name, sent in bad.items():
            with socket.create_connection(("127.0.0.1", port), timeout=5) as client, suppress(OSError):
                with suppress(OSError):
                    client.sendall(sent)
                answer = client.recv(64).split()
                statuses[f"{name} {answer[1].decode() if len(answer) > 1 else 'cut'}"] += 1


def load_with_wrk(port: int, requests: Path, seconds: int) -> dict[str, float]:
    """What wrk measured."""
    script = requests.with_suffix(".lua")
    script.write_text(LUA)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    ran = subprocess.run([*command, str(requests)], capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return measured


def load_by_hand(port: int, requests: Path, seconds: int) -> dict[str, float]:
    """The same by a client in Python, on one connection at a time."""
    took: list[float] = []
    errors = 0
    began = time.perf_counter()
    with requests.open() as lines, socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for line in lines:
            target, at_ms, signature = line.split()
            started = time.perf_counter()
            head = f"GET {target} HTTP/1.1\r\nHost: x\r\nX-HubSpot-Request-Timestamp: {at_ms}\r\n"
            client.sendall(f"{head}X-HubSpot-Signature-v3: {signature}\r\n\r\n".encode())
            errors += not client.recv(65_536).startswith(b"HTTP/1.1 200")
            took.append((time.perf_counter() - started) * 1_000)
            if time.perf_counter() - began > seconds:
                break
    took.sort()
    ranks = {"p50": took[len(took) // 2], "p99": took[len(took) * 99 // 100], "worst": took[-1]}
    return {"requests": len(took), "seconds": time.perf_counter() - began, "errors": errors, **ranks}


def measure(folder: Path, seconds: int, *arguments: str) -> str:
    """One run under load and attack, as a line of figures."""
    port = find_free_port()
    requests = folder / "requests"
    write_requests(requests, min(seconds * FASTEST_PER_SECOND, 480_000), f"http://127.0.0.1:{port}")
    stop, statuses, memory = threading.Event(), Counter[str](), list[float]()
    with served(folder, port, *arguments) as pid:
        attackers = [
            threading.Thread(target=hold_connections, args=(port, stop)),
            threading.Thread(target=send_too_much, args=(port, stop, statuses)),
            threading.Thread(target=watch_memory, args=(pid, stop, memory, seconds / 6)),
        ]
        for attacker in attackers:
            attacker.start()
        try:
            load = load_with_wrk if shutil.which("wrk") else load_by_hand
            measured = load(port, requests, seconds)
        finally:
            stop.set()
            for attacker in attackers:
                attacker.join()
    rate = measured["requests"] / measured["seconds"]
    return (
        f"{measured['requests']:,.0f} requests in {measured['seconds']:.0f} s: {rate:,.0f} a second, "
        f"p50 {measured['p50']:.1f} ms, p99 {measured['p99']:.1f} ms, worst {measured['worst']:.0f} ms, "
        f"errors {measured['errors']:.0f}; memory in MB {' '.join(f'{each:.0f}' for each in memory)}; "
        f"meanwhile {', '.join(f'{count} x {name}' for name, count in sorted(statuses.items()))}"
    )


def watch_memory(pid: int, stop: threading.Event, memory: list[float], every_seconds: float) -> None:
    """The memory at the start and at regular times after."""
    memory.append(read_memory_mb(pid))
    while not stop.wait(every_seconds):
        memory.append(read_memory_mb(pid))


def main() -> None:
    """With the memory of used signatures, and without it."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    for arguments in ((), ("--allow-replays",)):
        with tempfile.TemporaryDirectory() as name:
            write_project(Path(name))
            sys.stdout.write(f"{' '.join(('serve', *arguments))}: {measure(Path(name), seconds, *arguments)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
