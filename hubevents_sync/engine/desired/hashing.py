"""Find out of files whether their bytes are those that were seen before: by their SHA-256, several at a time."""

import hashlib
import threading
from collections.abc import Iterable

from hubevents_sync.manifest.findings import Unreadable
from hubevents_sync.manifest.source import Source

CHUNK = 1 << 18
# While one hashes another reads, and both let go of the interpreter. A third would wait for them.
THREADS = 2
# Below that many bytes a thread costs more than it saves.
WORTH_A_THREAD_BYTES = 4_000_000


def digest_file(source: Source) -> str | None:
    """SHA-256 of the file's bytes, in hex; None where it can't be read, which the reader has words for."""
    digest = hashlib.sha256()
    try:
        with source.open() as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except (Unreadable, OSError):
        return None
    return digest.hexdigest()


def digest_files(sources: Iterable[Source]) -> dict[str, str | None]:
    """What ``digest_file`` says of each of *sources*, by the file's name."""
    todo = {source.file: source for source in sources}
    found: dict[str, str | None] = {}
    left = iter(todo.values())

    def work() -> None:
        for source in left:  # shared: each takes the next one
            found[source.file] = digest_file(source)

    several = sum(source.size() for source in todo.values()) >= WORTH_A_THREAD_BYTES
    helpers = [threading.Thread(target=work, name="digest") for _ in range(THREADS - 1 if several else 0)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    return found
