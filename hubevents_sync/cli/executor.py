"""``--executor``: let the workers of a Dask cluster read rosters and compare them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from hubevents_sync.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

Client = Any  # Dask's functions tell no types
# Who can't be reached in this time is not there.
PATIENCE_SECONDS = 5
_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d{1,5}")


@dataclass(frozen=True, slots=True)
class Hands:
    """Who plans: *executor* with so many *workers* at once; both are None where it is this machine by itself."""

    executor: "Executor | None" = None
    workers: int | None = None


@contextmanager
def opening_executor(address: str | None) -> Iterator[Hands]:
    """The workers of the Dask scheduler at *address*, each found to run this very program; nobody where it is None.

    Raises UsageError and ConfigurationError, also where the cluster is lost while it works.
    """
    if address is None:
        yield Hands()
        return
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"--executor takes the address of a Dask scheduler, found {address}",
            hint="such as --executor tcp://scheduler:8786, or tls://…",
        )
    client = _connect(address)
    try:
        cores = _require_same_program(client, address)
        with _losses_explained(address):
            yield Hands(client.get_executor(pure=False), cores)
    finally:
        client.close(timeout=PATIENCE_SECONDS)


def _connect(address: str) -> Client:
    import logging
    import warnings

    try:
        connect = import_module("distributed").Client
    except ImportError as error:
        raise ConfigurationError(
            "--executor needs Dask, which is not installed", hint="pip install 'hubevents-sync[dask]'"
        ) from error
    # It tells of its own reconnections, and of versions that differ: what matters of that is an error of ours.
    for name in [each for each in logging.root.manager.loggerDict if each.split(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module="distributed")
    try:
        return connect(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"there is no Dask scheduler at {address}: nobody answered in {PATIENCE_SECONDS} s",
            hint="is it running (dask scheduler), and is that its address? Without --executor this machine plans alone",
        ) from error


def _require_same_program(client: Client, address: str) -> int:
    """How many shares the workers take at once. Raises ConfigurationError unless all run what runs here."""

    # A function inside a function travels as what it does, not by its name: it arrives where we are not installed.
    def ask() -> str | None:
        try:
            from hubevents_sync.engine.planning.elsewhere import fingerprint_program
        except ImportError:
            return None
        return fingerprint_program()

    wanted = ask()
    found = client.run(ask)
    if not found:
        raise ConfigurationError(
            f"the Dask scheduler at {address} has no workers", hint=f"start some: dask worker {address}"
        )
    for worker, program in sorted(found.items()):
        if program != wanted:
            runs = program or "no hubevents-sync of this kind"
            raise ConfigurationError(
                f"the worker {worker} runs {runs}; this machine runs {wanted}",
                hint="install the same version of hubevents-sync, and of Python, on every worker",
            )
    return sum(client.ncores().values())


@contextmanager
def _losses_explained(address: str) -> Iterator[None]:
    from concurrent.futures import CancelledError

    losses = (import_module("distributed").KilledWorker, import_module("distributed.comm.core").CommClosedError)
    try:
        yield
    except (*losses, CancelledError) as error:
        raise ConfigurationError(
            f"the cluster at {address} lost the work: {type(error).__name__}",
            hint="run it again, or without --executor; a worker that runs out of memory is killed",
        ) from error
