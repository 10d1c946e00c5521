"""What people install has the schemas and the examples in it, and finds them with the source out of reach."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not (ROOT / "hubevents_sync").is_dir(), reason="builds the package, and its source is out of reach here"
)


class Distributions(NamedTuple):
    """The two files that a release consists of."""

    sdist: Path
    wheel: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """An sdist of the checkout, and a wheel made from nothing but that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run_python("-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return Distributions(sdist, wheel)


def run_python(*arguments: str, cwd: Path | None = None) -> str:
    """What Python prints when it is run with *arguments*, without our PYTHONPATH."""
    ran = subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def list_files(folder: str) -> set[str]:
    """The files below *folder* of the checkout that git would keep, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    # An unpacked sdist is a checkout without git.
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def test_the_wheel_holds_the_schemas_and_the_examples_inside_the_package(built: Distributions) -> None:
    shipped = list_files("schemas") | list_files("examples")
    with zipfile.ZipFile(built.wheel) as wheel:
        names = set(wheel.namelist())

    assert {name for name in shipped if name.startswith("schemas/")} != set()
    # Nothing else either: a state that somebody made in an example's folder is not for others.
    inside = {name.removeprefix("hubevents_sync/") for name in names}
    assert {name for name in inside if name.startswith(("schemas/", "examples/"))} == shipped


def test_the_wheel_holds_the_package_and_nothing_beside_it(built: Distributions) -> None:
    with zipfile.ZipFile(built.wheel) as wheel:
        names = wheel.namelist()

    assert list_files("hubevents_sync") <= set(names)
    assert "hubevents_sync/py.typed" in names
    top_level = {name.split("/")[0].split("-")[0] for name in names}
    assert top_level == {"hubevents_sync"}
    assert [name for name in names if name.endswith("/licenses/LICENSE")] != []


def test_the_sdist_holds_what_is_needed_to_build_and_to_test_it(built: Distributions) -> None:
    with tarfile.open(built.sdist) as sdist:
        names = {name.split("/", maxsplit=1)[1] for name in sdist.getnames() if "/" in name}

    needed = {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", "requirements/dev.txt"}
    for folder in ("hubevents_sync", "schemas", "examples", "tests", "docs"):
        needed |= list_files(folder)
    assert needed - names == set()
    assert {name for name in names if name.endswith(".db") or name.startswith((".ci", ".github"))} == set()


def test_an_installed_wheel_finds_its_schemas_with_the_source_out_of_reach(
    built: Distributions, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    run_python(
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"),
        *("--target", str(site), str(built.wheel)),
    )

    # -S: without site-packages, where an editable install of this checkout may be.
    found = run_python(
        *("-S", "-c"),
        f"import sys; sys.path.insert(0, {str(site)!r})\n"
        "from hubevents_sync.resources import examples_directory, schemas_directory\n"
        "sys.stdout.write(f'{schemas_directory()}\\n{examples_directory()}\\n')",
        cwd=tmp_path,
    ).splitlines()

    package = (site / "hubevents_sync").resolve()
    assert found == [str(package / "schemas"), str(package / "examples")]
    assert {path.name for path in (package / "schemas").iterdir()} == {
        Path(name).name for name in list_files("schemas")
    }
    assert (package / "examples" / "quickstart" / "hubevents.yaml").is_file()


def test_a_checkout_finds_the_schemas_beside_the_package(tmp_path: Path) -> None:
    # What an editable install does: the checkout itself on the path.
    found = run_python(
        *("-S", "-c"),
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from hubevents_sync.resources import examples_directory, schemas_directory\n"
        "sys.stdout.write(f'{schemas_directory()}\\n{examples_directory()}\\n')",
        cwd=tmp_path,
    ).splitlines()

    assert found == [str(ROOT.resolve() / "schemas"), str(ROOT.resolve() / "examples")]
