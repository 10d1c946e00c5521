"""How long each kind of bad file takes to be refused, as a whole process: ``python tests/benchmarks/bad_files.py``."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bad_files import BAD_PROJECTS, GOOD_FILES


def main() -> None:
    """Print the slowest five and the median."""
    taken: list[tuple[float, str]] = []
    for kind, bad in BAD_PROJECTS.items():
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {**GOOD_FILES, **bad.files}.items():
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
            began = time.perf_counter()
            command = [sys.executable, "-m", "hubevents_sync", "-C", folder, "validate"]
            ended = subprocess.run(command, capture_output=True, check=False)
            taken.append((time.perf_counter() - began, kind))
            if ended.returncode != 1 or ended.stderr:
                raise SystemExit(f"{kind} ended with {ended.returncode}: {ended.stderr.decode()}")
    taken.sort(reverse=True)
    sys.stdout.write(f"{len(taken)} kinds of bad files, each refused with exit code 1\n")
    sys.stdout.write(f"median {taken[len(taken) // 2][0] * 1000:5.0f} ms\n")
    for seconds, kind in taken[:5]:
        sys.stdout.write(f"       {seconds * 1000:5.0f} ms  {kind}\n")


if __name__ == "__main__":
    main()
