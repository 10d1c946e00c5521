"""The lock files pin every package by hash and say nothing about where this machine gets them from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime.txt", "dev.txt")

pytestmark = pytest.mark.skipif(
    not (ROOT / "hubevents_sync").is_dir(), reason="reads the lock files of the checkout, which is out of reach here"
)

PINNED = re.compile(r"[a-z0-9.-]+==[^ ]+( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+")


def join_lines(text: str) -> list[str]:
    """The requirements of a lock file, one a line, without comments."""
    return [line for line in text.replace("\\\n    ", "").splitlines() if line and not line.lstrip().startswith("#")]


def find_faults(text: str) -> list[str]:
    """What a lock file must not have: an address, a path of a machine, an option, a requirement without its hash."""
    addresses = [line for line in text.splitlines() if re.search(r"://|(^|[\s=@])(/|[A-Za-z]:\\)", line)]
    return addresses + [line for line in join_lines(text) if not PINNED.fullmatch(line)]


def read_pins(name: str) -> dict[str, Requirement]:
    """The requirements of the lock file *name*, by canonical name."""
    lines = join_lines((ROOT / "requirements" / name).read_text(encoding="utf-8"))
    pins = [Requirement(line.split(" --hash", maxsplit=1)[0]) for line in lines]
    return {canonicalize_name(pin.name): pin for pin in pins}


@pytest.mark.parametrize("name", LOCKS)
def test_each_requirement_has_its_hash_and_no_address(name: str) -> None:
    assert find_faults((ROOT / "requirements" / name).read_text(encoding="utf-8")) == []


HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        "click==8.5.1",
        "click>=8.5.1 \\\n    " + HASH,
        "-i https://registry.example/simple",
        "--find-links=/srv/wheels",
        "--pre",
        "click @ file:///srv/click.whl \\\n    " + HASH,
        "# pip-compile --output-file=/home/someone/dev.txt",
        "-r runtime.txt",
    ],
)
def test_a_bad_line_is_found(line: str) -> None:
    good = f"anyio==4.16.0 \\\n    {HASH} \\\n    {HASH}\n    # via\n    #   -c requirements/runtime.txt\n"
    assert find_faults(good) == []
    assert find_faults(good + line + "\n") != []


@pytest.mark.parametrize(("name", "extras"), [("runtime.txt", ()), ("dev.txt", ("dev",))])
def test_a_lock_fits_what_pyproject_asks_for(name: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    pins = read_pins(name)

    for requirement in map(Requirement, wanted):
        (pin,) = pins[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(pin.version, prereleases=True), f"{requirement}: {pin}; run make lock"


def test_both_locks_pin_the_same_versions() -> None:
    runtime, dev = read_pins("runtime.txt"), read_pins("dev.txt")
    assert {name: str(dev.get(name)) for name in runtime} == {name: str(pin) for name, pin in runtime.items()}
