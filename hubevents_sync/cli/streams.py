"""Output that nobody reads any more must not end an apply: the reader left, or the terminal was closed."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from hubevents_sync.errors import ConfigurationError

# Nobody is there: the pipe's reader ended (EPIPE), the terminal was closed (EIO, ENXIO), or the stream was (EBADF).
GONE = frozenset({errno.EPIPE, errno.EIO, errno.ENXIO, errno.EBADF, errno.ECONNRESET})


class LastingOutput(io.RawIOBase):
    """Writes to *raw* as long as that works, and to nobody after: *fault* is what ended it."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__()
        self._raw = raw
        self.fault: OSError | None = None

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: object) -> int:
        """All of *data* is taken, whatever becomes of it."""
        view = memoryview(data)  # type: ignore[arg-type]  # bytes or a buffer: io's own type for it is no public name
        done = 0
        while done < view.nbytes and self.fault is None:
            try:
                done += self._raw.write(view[done:]) or 0
            except OSError as error:
                self.fault = error
        return view.nbytes

    def fileno(self) -> int:
        """That of *raw*: it tells the terminal's width."""
        return self._raw.fileno()

    def isatty(self) -> bool:
        """Whether *raw* is a terminal."""
        return self._raw.isatty()


@contextmanager
def lasting_output() -> Iterator[None]:
    """Inside, stdout and stderr take all that is written, read or not.

    At the end a stdout that could not be written although somebody is there, as on a full disk, raises
    ConfigurationError.
    """
    before = sys.stdout, sys.stderr
    stdout, stderr = _wrap(before[0]), _wrap(before[1])
    sys.stdout, sys.stderr = stdout[0], stderr[0]
    try:
        yield
    finally:
        for stream, _ in (stdout, stderr):
            with suppress(OSError):
                stream.flush()
        sys.stdout, sys.stderr = before
        for stream, wrapped in zip(before, (stdout[1], stderr[1]), strict=True):
            if wrapped is not None and wrapped.fault is not None:
                _send_nowhere(stream)
    fault = stdout[1].fault if stdout[1] is not None else None
    if fault is not None and fault.errno not in GONE:
        raise ConfigurationError(
            f"stdout can't be written: {fault.strerror}", hint="the run is recorded all the same: see runs list"
        )


def fill_missing_streams() -> None:
    """Give a process that was started without stdin, stdout or stderr empty ones.

    The next file that is opened would get their numbers otherwise: the state, and errors would be written into it.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                while (opened := os.open(os.devnull, os.O_RDWR)) < number:
                    continue  # a lower one was missing too, and is filled now
                if opened > number:
                    os.close(opened)
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  for as long as the process lives


def say_from_handler(text: str) -> None:
    """Write a line to stderr from a signal handler: unbuffered, for the buffer may be in use.

    At a terminal on a line of its own: progress may stand on this one.
    """
    with suppress(OSError):
        os.write(2, f"{os.linesep if os.isatty(2) else ''}{text}\n".encode())


def _wrap(stream: TextIO) -> tuple[TextIO, LastingOutput | None]:
    """The stream over a LastingOutput; as it is where it is none of the process's own, as in a test."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # with python -u there is no buffer between
    if not isinstance(stream, io.TextIOWrapper) or not isinstance(raw, io.RawIOBase):
        return stream, None
    with suppress(OSError):
        stream.flush()
    lasting = LastingOutput(raw)
    buffered = io.BufferedWriter(lasting)
    text = io.TextIOWrapper(
        buffered, encoding=stream.encoding, errors=stream.errors, line_buffering=stream.line_buffering
    )
    return text, lasting


def _send_nowhere(stream: TextIO) -> None:
    """Let what is left in the buffer of a lost stream go to nobody, or the interpreter would complain at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
