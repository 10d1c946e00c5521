"""A plan of 100,000 attendees beside octoDNS planning 100,000 records: the same number of files, YAML to YAML.

    python tests/benchmarks/octodns.py [--full] [--runs 3]

octoDNS 1.22 is installed with pip into an environment that is thrown away afterwards; where that can't be done, the
script says why and ends. Both read twenty files, of as many records as we have attendees, and compare them with what is
there: octoDNS with a second folder of YAML, its YamlProvider being source and target, so that it needs no network; we
with the state that an apply left. Once nothing is changed, once one in a hundred is. Whole processes, with start-up.
"""

import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.shared.measure import (
    MIB,
    PROGRAM,
    ROOT,
    Measured,
    Spread,
    compile_program,
    environ_of_program,
    measure_process,
)
from tests.benchmarks.shared.people import CHANGED_OF
from tests.benchmarks.shared.report import Verdicts, make_parser, say
from tests.benchmarks.shared.table import Table, say_machine, say_rounds
from tests.benchmarks.shared.workload import Workload

FULL = 100_000
FILES = 20
OCTODNS = "octodns==1.22.*"
LIMITS = {"nothing changed": 100.0, "1 % changed": 20.0}
PROVIDER = """  {name}:
    class: octodns.provider.yaml.YamlProvider
    directory: {folder}
    default_ttl: 3600
    enforce_order: false
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a paragraph for each case."""
    parser = make_parser(__doc__, quick=FULL // 10, full=FULL)
    options = parser.parse_args(arguments)
    compile_program()
    verdicts = Verdicts(is_judged=options.people == FULL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        octodns = install(folder / "venv")
        if octodns is None:
            return 0
        share = max(1, options.people // FILES)
        table = Table(("plan", "of", "wall", "CPU", "memory", "limits"))
        config = write_zones(folder / "zones", share)
        work = Workload(folder / "project", "yaml", FILES, share * FILES)
        work.write()
        maker = ROOT / "tests/benchmarks/shared/applied.py"
        subprocess.run([sys.executable, str(maker), str(work.folder)], check=True, env=environ_of_program())
        for case, limit in LIMITS.items():
            if case == "1 % changed":
                write_records(folder / "zones/wanted", share, is_changed=True)
                work.write_rosters(FILES, is_changed=True)
            theirs = [str(octodns), "--config-file", str(config)]
            ours = [*PROGRAM, "-C", str(work.folder), "plan", "--detailed-exitcode"]
            updates = share // CHANGED_OF * FILES if case == "1 % changed" else 0
            compare(case, theirs, ours, runs=options.runs, limit=limit, verdicts=verdicts, updates=updates, table=table)
        if options.write:
            size = f"{share * FILES:,} in {FILES} files of {share:,} each, YAML"
            table.put("octodns", f"{size}. {say_machine()}, {say_rounds(options.runs)}.")
    return verdicts.end(is_strict=options.strict)


def compare(
    case: str,
    theirs: Sequence[str],
    ours: Sequence[str],
    *,
    runs: int,
    limit: float,
    verdicts: Verdicts,
    updates: int,
    table: Table,
) -> None:
    """Both, in turns; how many times as long octoDNS takes. SystemExit where it did not plan as many *updates*."""
    taken: list[tuple[Measured, Measured]] = []
    ends_with = 0 if case == "nothing changed" else 2
    for _ in range(runs):
        taken.append((measure_process(theirs), measure_process(ours, may_end_with=(ends_with,))))
        planned = sum(map(int, re.findall(r"Summary: .*Updates=([0-9]+)", taken[-1][0].output)))
        if planned != updates:
            raise SystemExit(f"octoDNS planned {planned} updates where there are {updates}")
    for name, side in (("octoDNS", 0), ("hubevents-sync plan", 1)):
        wall, cpu = (Spread.of([pair[side].wall for pair in taken]), Spread.of([pair[side].cpu for pair in taken]))
        peak = max(pair[side].peak for pair in taken) / MIB
        table.add(case, name, f"{wall} s", f"{cpu} s", f"{peak:.0f} MiB", "")
    wall, cpu = (
        Spread.of([a.wall / b.wall for a, b in taken]),
        Spread.of([a.cpu / b.cpu for a, b in taken]),
    )
    verdict = verdicts.at_least(case, wall.median, limit)
    table.add(case, "octoDNS to ours", f"{wall} times", f"{cpu} times", "", verdict)


def install(folder: Path) -> Path | None:
    """octodns-sync in an environment of its own; None, said why, where it can't be had."""
    try:
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"skipped: no environment for octoDNS can be made: {error}")
        return None
    bin_folder = folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(bin_folder / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", OCTODNS]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        say(f"skipped: octoDNS can't be installed: {last}")
        return None
    return bin_folder / "octodns-sync"


def write_zones(folder: Path, share: int) -> Path:
    """Zones as they are and as they are wanted, equal at first; octoDNS's configuration."""
    for side in ("wanted", "there"):
        write_records(folder / side, share, is_changed=False)
    config = folder / "octodns.yaml"
    with config.open("w", encoding="utf-8") as file:
        file.write("providers:\n")
        file.writelines(PROVIDER.format(name=side, folder=folder / side) for side in ("wanted", "there"))
        file.write("zones:\n")
        file.writelines(
            f"  event-{number:02}.example.:\n    sources: [wanted]\n    targets: [there]\n" for number in range(FILES)
        )
    return config


def write_records(folder: Path, share: int, *, is_changed: bool) -> None:
    """A file a zone, a record a person."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        path = folder / f"event-{number:02}.example.yaml"
        with path.open("w", encoding="utf-8") as file:
            file.write("---\n")
            file.writelines(make_records(share, is_changed=is_changed))


def make_records(count: int, *, is_changed: bool) -> Iterator[str]:
    """Addresses; one in a hundred another where they are changed."""
    for number in range(count):
        last = 2 if is_changed and number % CHANGED_OF == CHANGED_OF // 2 else 1
        yield f"person{number}:\n  ttl: 3600\n  type: A\n  value: 10.{number // 256 % 256}.{number % 256}.{last}\n"


if __name__ == "__main__":
    sys.exit(main())
