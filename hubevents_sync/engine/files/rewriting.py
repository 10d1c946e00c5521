"""Replace a file of the user's in one piece: a reader, and a power cut, find what was there or what is new."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from hubevents_sync.errors import ConfigurationError


def replace_content(path: Path, before: bytes, after: bytes) -> None:
    """Make *after* the content of *path*, where it still is *before*. Its mode stays; a link stays one.

    Raises ConfigurationError where it can't be written, or somebody else has written it in between.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.read_bytes() != before:
            raise ConfigurationError(f"{path} was changed while it was read", hint="run it again")
        _replace(target, after)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise ConfigurationError(f"can't write {path}: {reason}", hint="it is left as it was") from error


def _replace(target: Path, content: bytes) -> None:
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "permission denied")
    mode = target.stat().st_mode & 0o7777
    number, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with open(number, "wb") as file:  # noqa: PTH123  mkstemp gives a number
            file.write(content)
            file.flush()
            os.fsync(number)
        Path(draft).chmod(mode)
        Path(draft).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
