"""One digest for all files that a plan is made of, with how they are read and what was chosen of them."""

import hashlib
import json
from collections.abc import Iterable, Iterator

FINGERPRINT_FORMAT = "hubevents-sync/files/1"


class FileDigests:
    """Takes the SHA-256 of each file's bytes, in hex, as the file is read.

    A file that is read twice and was changed in between counts as two.
    """

    def __init__(self, found: Iterable[tuple[str, str]] = ()) -> None:
        self._found = set(found)

    def add(self, file: str, digest: str) -> None:
        """*file* is known by its path in the project, with ``/``."""
        self._found.add((file, digest))

    def update(self, found: Iterable[tuple[str, str]]) -> None:
        """Add all of *found*."""
        self._found.update(found)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(sorted(self._found))


def digest_files(
    files: Iterable[tuple[str, str]], *, settings: Iterable[str | None] = (), choice: Iterable[str] = ()
) -> str:
    """SHA-256, in hex, over the path and the digest of each of *files*, whatever their order.

    *settings* are values that the files take from the environment's variables: other values make other plans of the
    same bytes. *choice* names what of the files was planned, where that is not all.
    """
    parts = [FINGERPRINT_FORMAT, sorted(set(files)), list(settings), sorted(choice)]
    written = json.dumps(parts, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()
