"""Ask git for the files of a commit. Nothing in the repository is changed, and nothing is fetched on purpose."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO

from hubevents_sync.errors import ConfigurationError

SYMLINK, SUBMODULE = "120000", "160000"
CHUNK = 1 << 20
# Git sets these for its hooks; they would lead away from the project's folder.
OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
QUIET = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
LFS_POINTER = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class CommittedFile:
    """A file of a commit: its *path* from the top of the repository, with ``/``."""

    path: str
    mode: str
    blob: str

    @property
    def is_link(self) -> bool:
        """A symbolic link or a submodule: its content is elsewhere."""
        return self.mode in (SYMLINK, SUBMODULE)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that *ref* named. *prefix* is the project's folder in the repository: empty, or ending in ``/``."""

    directory: Path
    environ: Mapping[str, str]
    ref: str
    sha: str
    prefix: str

    def __str__(self) -> str:
        short = self.sha[:12]
        return short if self.sha.startswith(self.ref) else f"{self.ref} ({short})"

    def list_files(self) -> list[CommittedFile]:
        """All files of the whole repository."""
        listed = _run(self.directory, self.environ, "ls-tree", "-r", "-z", "--full-tree", self.sha)
        found = []
        for line in listed.stdout.split(b"\0")[:-1]:
            about, _, path = line.partition(b"\t")
            mode, _, blob = about.decode("ascii").split(" ")
            found.append(CommittedFile(os.fsdecode(path), mode, blob))
        return found

    def write_files(self, files: list[CommittedFile], folder: Path) -> None:
        """Write *files*, which are no links, below *folder*, which is empty, for this user alone to read."""
        if not files:
            return
        command = ["git", "-C", str(self.directory), "cat-file", "--batch"]
        with subprocess.Popen(  # noqa: S603  the command is ours, and what it is given are names of objects
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_quiet(self.environ)
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("git was started without pipes")
            try:
                for file in files:
                    process.stdin.write(f"{file.blob}\n".encode())
                    process.stdin.flush()
                    self._write_file(file, process.stdout, folder)
            except BaseException:
                process.kill()  # it is in the middle of an answer that nobody reads any more
                raise

    def _write_file(self, file: CommittedFile, stdout: IO[bytes], folder: Path) -> None:
        header = stdout.readline().split()
        if len(header) != 3 or header[1] != b"blob":
            raise ConfigurationError(
                f"git does not have {self.ref}:{file.path}", hint="the clone is not complete: git fetch --refetch"
            )
        left = int(header[2])
        target = folder / _require_inside(file.path, self.ref)
        target.parent.mkdir(parents=True, exist_ok=True)
        first = True
        with target.open("xb") as written:
            while left:
                chunk = stdout.read(min(left, CHUNK))
                if not chunk:
                    raise ConfigurationError(f"git stopped in the middle of {self.ref}:{file.path}")
                if first and chunk.startswith(LFS_POINTER):
                    raise ConfigurationError(
                        f"{self.ref}:{file.path} is kept in Git LFS; --base reads what git itself keeps",
                        hint="keep the project's files in git, or plan with the state or the lock file",
                    )
                first = False
                written.write(chunk)
                left -= len(chunk)
        stdout.read(1)  # the line end that closes an object


def find_commit(directory: Path, ref: str, *, environ: Mapping[str, str]) -> Commit:
    """The commit that *ref* names in the repository of *directory*. Raises ConfigurationError where there is none."""
    directory = directory.resolve()
    inside = _run(directory, environ, "rev-parse", "--show-prefix", is_checked=False)
    if inside.returncode:
        raise _explain_no_repository(inside.stderr.decode("utf-8", "replace"))
    named = None
    if ref and not ref.startswith("-") and "\0" not in ref:
        named = _run(directory, environ, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", is_checked=False)
    if named is None or named.returncode:
        raise _explain_no_commit(directory, environ, ref)
    prefix = os.fsdecode(inside.stdout).removesuffix("\n")
    return Commit(directory, environ, ref, named.stdout.decode("ascii").strip(), prefix)


def _run(
    directory: Path, environ: Mapping[str, str], *arguments: str, is_checked: bool = True
) -> "subprocess.CompletedProcess[bytes]":
    command = ["git", "-C", str(directory), *arguments]
    try:
        ended = subprocess.run(command, capture_output=True, check=False, env=_quiet(environ))  # noqa: S603  as above
    except OSError as error:
        raise ConfigurationError(
            "git can't be started", hint="--base reads another commit with git: install it, or plan with the state"
        ) from error
    if is_checked and ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigurationError(f"git failed: {said[-1] if said else ended.returncode}")
    return ended


def _quiet(environ: Mapping[str, str]) -> dict[str, str]:
    return {**{name: value for name, value in environ.items() if name not in OF_HOOKS}, **QUIET}


def _explain_no_repository(said: str) -> ConfigurationError:
    if "dubious ownership" in said:
        return ConfigurationError(
            "git does not trust the repository: it belongs to somebody else",
            hint="git config --global --add safe.directory FOLDER, with the repository's folder",
        )
    return ConfigurationError(
        "the project's folder is in no git repository",
        hint="--base compares with a commit; without git, plan compares with the state or the lock file",
    )


def _explain_no_commit(directory: Path, environ: Mapping[str, str], ref: str) -> ConfigurationError:
    def ask(*arguments: str) -> bytes | None:
        ended = _run(directory, environ, *arguments, is_checked=False)
        return ended.stdout.strip() if ended.returncode == 0 else None

    message = f"there is no commit {ref!r} in this repository"
    is_name = bool(ref) and ref.replace("/", "").replace("-", "").replace(".", "").replace("_", "").isalnum()
    if is_name and ask("rev-parse", "--verify", "--quiet", f"refs/remotes/origin/{ref}") is not None:
        return ConfigurationError(message, hint=f"did you mean origin/{ref}?")
    name = ref.removeprefix("origin/") if is_name else "main"
    if ask("rev-parse", "--is-shallow-repository") == b"true":
        hint = f"the clone is shallow: check out with fetch-depth: 0, or git fetch --unshallow origin {name}"
        return ConfigurationError(message, hint=hint)
    return ConfigurationError(message, hint=f"name a branch, a tag or a commit; git fetch origin {name} gets a branch")


def _require_inside(path: str, ref: str) -> str:
    """*path*, unless it leads out of the folder that it is written into: a tree can be made by hand."""
    if any(part in ("", ".", "..") for part in path.split("/")) or PureWindowsPath(path).drive:
        raise ConfigurationError(f"{ref} holds a path that no file may have: {path!r}")
    return path
