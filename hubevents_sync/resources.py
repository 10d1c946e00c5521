"""Know where the schemas and the examples are: inside the package in a wheel, beside it in a checkout."""

from pathlib import Path

from hubevents_sync.errors import ConfigurationError

PACKAGE = Path(__file__).resolve().parent


def schemas_directory() -> Path:
    """The folder that holds the JSON Schemas, ``NAME.schema.json``. Raises ConfigurationError where there is none."""
    return find_resource("schemas", package=PACKAGE)


def examples_directory() -> Path:
    """The folder that holds the example projects, one folder each. Raises ConfigurationError where there is none."""
    return find_resource("examples", package=PACKAGE)


def find_resource(name: str, *, package: Path) -> Path:
    """The folder *name* that belongs to the package installed at *package*. Raises ConfigurationError."""
    shipped = package / name
    if shipped.is_dir():
        return shipped
    beside = package.parent / name
    # In site-packages a neighbour called "examples" is some other project's: only a checkout has our pyproject.toml.
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise ConfigurationError(
        f"the folder {name} is missing: neither {shipped} nor {beside} of a checkout is there",
        hint="the installation is not complete; install hubevents-sync again",
    )
