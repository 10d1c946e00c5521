"""Compare whole outputs with files that change only when somebody asks for it."""

from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden files beside a test: *directory* is its own folder's ``golden``."""

    directory: Path
    is_updating: bool

    def check(self, name: str, output: str) -> None:
        """*output* is, byte for byte, what the file *name* holds; with ``--update-golden`` the file is written."""
        file = self.directory / name
        if self.is_updating:
            self.directory.mkdir(exist_ok=True)
            file.write_bytes(output.encode())
        if not file.exists():
            pytest.fail(f"{file} is missing: run pytest with --update-golden and read what it writes")
        assert output == file.read_bytes().decode()
