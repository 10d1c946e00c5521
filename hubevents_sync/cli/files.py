"""The files that an apply writes for others: found writable before anything is sent, replaced in one piece."""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hubevents_sync.errors import ConfigurationError, UsageError


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file named on the command line by *flag*. One that is a device or a pipe is written as it is.

    A file that is there is replaced only where it is empty or has *mark* in it, which says that we wrote it: a slip of
    the hand must not cost a roster or a state.
    """

    path: Path
    flag: str
    mark: bytes

    def require_writable(self) -> None:
        """Raise ConfigurationError unless the file can be written. Leaves no trace."""
        with self._explained():
            if self._is_special():
                if not os.access(self.path, os.W_OK):
                    raise PermissionError(errno.EACCES, "permission denied")
                return
            target = self.path.resolve()
            if target.is_dir():
                raise IsADirectoryError(errno.EISDIR, "it is a folder")
            self._require_ours(target)
            number, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            os.close(number)
            Path(draft).unlink()

    def write(self, text: str) -> None:
        """Write *text*, all of it or nothing: a reader sees what was there before, or this."""
        self.write_parts((text,))

    def write_parts(self, parts: Iterable[str]) -> None:
        """Write *parts* one after the other, all of them or nothing."""
        with self._explained():
            if self._is_special():
                with self.path.open("w", encoding="utf-8") as device:
                    device.writelines(parts)
                return
            target = self.path.resolve()
            number, draft = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            try:
                with open(number, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123  mkstemp gives a number
                    file.writelines(parts)
                    file.flush()
                    os.fsync(number)
                Path(draft).chmod(self._mode(target))
                Path(draft).replace(target)
            except BaseException:
                with suppress(OSError):
                    Path(draft).unlink()
                raise

    def _require_ours(self, target: Path) -> None:
        content = target.read_bytes() if target.exists() else b""
        if content.strip() and self.mark not in content:
            raise UsageError(
                f"{self.flag}: {self.path} is there already, and is not what {self.flag} writes",
                hint="name another file; nothing was changed or sent",
            )

    def _is_special(self) -> bool:
        return self.path.exists() and not self.path.is_file() and not self.path.is_dir()

    @staticmethod
    def _mode(target: Path) -> int:
        """That of the file which is replaced; for a new one, what the umask leaves."""
        if target.exists():
            return target.stat().st_mode & 0o777
        mask = os.umask(0o077)
        os.umask(mask)
        return 0o666 & ~mask

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise ConfigurationError(
                f"{self.flag}: can't write {self.path}: {reason}",
                hint="name a file in a folder that is there and that this user may write to",
            ) from error
