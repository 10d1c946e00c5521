"""Where a project is in its git repository: forges know files by their path from the repository's root."""

import os
from pathlib import Path, PurePath


def find_repository(directory: Path) -> Path | None:
    """The nearest folder, *directory* or one above it, that is a git work tree; None where there is none."""
    real = Path(os.path.realpath(directory))
    # In a linked work tree and in a submodule .git is a file.
    return next((folder for folder in (real, *real.parents) if (folder / ".git").exists()), None)


def locate_in_repository(directory: Path, working_directory: Path) -> str:
    """*directory* as seen from its repository's root, with ``/``; "" for the root itself.

    In no repository it is seen from *working_directory*.
    """
    root = find_repository(directory) or Path(os.path.realpath(working_directory))
    folder = PurePath(os.path.relpath(os.path.realpath(directory), root)).as_posix()
    return "" if folder == "." else folder
