"""A PostgreSQL of the tests' own: on loopback, in a folder that is thrown away, ended by its process id."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

NEEDED = "HUBEVENTS_NEEDS_POSTGRES"
USER, PASSWORD = "hubevents", "s3cret/p@ss:word"
# Durability is PostgreSQL's own affair; without it the tests are several times as fast.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "log_min_messages=fatal")


# For tests that take a ``bench``: it lies in a SQLite file, and then in a PostgreSQL.
on_both_stores = pytest.mark.parametrize("bench", ["sqlite", "postgresql"], indirect=True)


@cache
def find_programs() -> Path | None:
    """The folder of initdb and postgres; None where they are not on this machine."""
    folders = [Path(found).resolve().parent for name in ("initdb", "pg_ctl") if (found := shutil.which(name))]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in folders if (each / "initdb").exists() and (each / "postgres").exists()), None)


def need_programs() -> Path:
    """The same; where there are none the test is skipped, or fails where it must not be."""
    found = find_programs()
    if found is None:
        if os.environ.get(NEEDED):
            pytest.fail(f"{NEEDED} is set, and there is no initdb and postgres on this machine")
        pytest.skip("no PostgreSQL on this machine: initdb and postgres are not in PATH")
    return found


def as_somebody() -> Sequence[str]:
    """PostgreSQL refuses to run as root: a command that runs another one as somebody else."""
    if os.geteuid() != 0:
        return ()
    return ("setpriv", f"--reuid={_nobody()}", f"--regid={_nobody()}", "--clear-groups", "--")


def _nobody() -> int:
    return 65_534


@dataclass
class PostgresServer:
    """A server that runs until it is stopped."""

    programs: Path
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def url(self, database: str, *, user: str = USER, password: str, query: str = "") -> str:
        """The address of a database; *password* as it stands in a URL."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}{query}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        settings = [part for setting in FAST for part in ("-c", setting)]
        address = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", str(self.port)]
        self.process = subprocess.Popen(
            [*as_somebody(), str(self.programs / "postgres"), "-D", str(self.folder), *address, *settings],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        began = time.monotonic()
        while True:
            with suppress(OSError), self.connected("postgres"):
                return
            assert self.process.poll() is None, "postgres ended"
            assert time.monotonic() - began < 60, "postgres does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it: its sessions are cut off."""
        if self.process is not None:
            self.process.send_signal(
                signal.SIGINT
            )  # "fast": https://www.postgresql.org/docs/current/server-shutdown.html
            self.process.wait(timeout=60)
            self.process = None

    @contextmanager
    def connected(self, database: str) -> Iterator["Connected"]:
        """A session of the owner of it all. Raises OSError where the server does not take it yet."""
        import psycopg

        try:
            connection = psycopg.connect(
                host="127.0.0.1", port=self.port, dbname=database, user=USER, password=PASSWORD, autocommit=True
            )
        except psycopg.OperationalError as error:
            raise OSError(str(error)) from error
        with connection:
            yield Connected(connection)

    def create_database(self, name: str) -> None:
        """A new, empty database. Its order of words is not ours."""
        with self.connected("postgres") as session:
            session.run(f'CREATE DATABASE "{name}" TEMPLATE template0')

    def cut_sessions(self, database: str) -> int:
        """End all sessions in *database*, as a network that fails does; how many."""
        with self.connected("postgres") as session:
            mine = f"pg_stat_activity WHERE datname = '{database}'"
            return len(session.run(f"SELECT pg_terminate_backend(pid) FROM {mine}"))


class Connected:
    """A session to look at what the program left behind."""

    def __init__(self, connection: object) -> None:
        self._connection = connection

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Its rows; none where it has none to give."""
        cursor = self._connection.execute(statement)  # type: ignore[attr-defined]  # psycopg's, which is an extra
        return list(cursor.fetchall()) if cursor.description is not None else []


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A new server with a user of its own who needs a password."""
    programs = need_programs()
    place = Path(tempfile.mkdtemp(prefix="hubevents-postgres-"))
    try:
        server = _make(programs, place)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _make(programs: Path, place: Path) -> PostgresServer:
    folder, secret = place / "data", place / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    if os.geteuid() == 0:
        for path in (place, secret):
            os.chown(path, _nobody(), _nobody())
    subprocess.run(
        [
            *as_somebody(), str(programs / "initdb"), "-D", str(folder), "-U", USER, "--pwfile", str(secret),
            "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
        ],
        check=True,
        capture_output=True,
        cwd="/",
    )  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    return PostgresServer(programs, folder, port)
