"""The schemas and the examples are found where a wheel or a checkout has them, and nowhere else."""

from pathlib import Path

import pytest

from hubevents_sync.errors import ConfigurationError
from hubevents_sync.resources import examples_directory, find_resource, schemas_directory


def test_the_schemas_of_this_installation_are_found() -> None:
    assert sorted(path.name for path in schemas_directory().glob("*.schema.json")) != []


def test_the_examples_of_this_installation_are_found() -> None:
    projects = {path.parent.name for path in examples_directory().glob("*/hubevents.yaml")}
    assert projects >= {"quickstart", "conference"}


def test_a_folder_inside_the_package_comes_first(tmp_path: Path) -> None:
    package = tmp_path / "hubevents_sync"
    (package / "schemas").mkdir(parents=True)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "pyproject.toml").touch()

    assert find_resource("schemas", package=package) == package / "schemas"


def test_a_checkout_has_the_folder_beside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "hubevents_sync"
    package.mkdir()
    (tmp_path / "schemas").mkdir()
    (tmp_path / "pyproject.toml").touch()

    assert find_resource("schemas", package=package) == tmp_path / "schemas"


def test_a_strangers_folder_in_site_packages_is_not_taken(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "hubevents_sync"
    package.mkdir(parents=True)
    (tmp_path / "site-packages" / "examples").mkdir()

    with pytest.raises(ConfigurationError) as caught:
        find_resource("examples", package=package)

    assert caught.value.message == (
        f"the folder examples is missing: neither {package / 'examples'} nor "
        f"{tmp_path / 'site-packages' / 'examples'} of a checkout is there"
    )
    assert caught.value.hint == "the installation is not complete; install hubevents-sync again"
