"""What the documents say about files, targets, exit codes and output is so."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from hubevents_sync.errors import ExitCode

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not (ROOT / "hubevents_sync").is_dir(), reason="reads the documents of the checkout, which is out of reach here"
)

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in (ROOT, ROOT / "docs", ROOT / "state")
    for path in folder.glob("*.md")
    if path.is_file()
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]*)(?:#([^)]*))?\)")


def read(document: str) -> str:
    """The text of a document."""
    return (ROOT / document).read_text(encoding="utf-8")


def find_broken_links(document: str, text: str) -> list[str]:
    """Links of *document* to files, and to headings, that are not there."""
    links = [link for link in LINK.findall(text) if "://" not in link[0]]
    return ["#".join(link).rstrip("#") for link in links if not leads_somewhere(document, *link)]


def leads_somewhere(document: str, target: str, anchor: str) -> bool:
    """The file is there, and the heading in it."""
    path = (ROOT / document).parent / target if target else ROOT / document
    if not path.exists():
        return False
    return not anchor or anchor in find_anchors(path.read_text(encoding="utf-8"))


def find_anchors(text: str) -> set[str]:
    """What GitHub calls the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_to_files_and_headings(document: str) -> None:
    assert find_broken_links(document, read(document)) == []


def test_a_broken_link_is_found() -> None:
    text = "[a](../README.md) [b](nowhere.md) [c](https://hubspot.example/x) [d](files.md#limits) [e](files.md#lost)"
    assert find_broken_links("docs/index.md", text) == ["nowhere.md", "files.md#lost"]


@pytest.mark.parametrize("document", ["README.md", "docs/commands.md"])
def test_the_table_of_exit_codes_is_complete(document: str) -> None:
    _, _, table = read(document).partition("| exit | means |\n|---|---|\n")
    codes = [code for row in re.findall(r"^\| ([0-9, ]+) \|", table, re.MULTILINE) for code in row.split(", ")]
    assert codes == [str(code.value) for code in ExitCode]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_is_there(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", read(document), re.MULTILINE))
    assert named - targets == set()


def test_every_page_is_in_the_index() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert pages - {target for target, _ in LINK.findall(read("docs/index.md"))} == set()


def read_block(document: str, name: str) -> str:
    """The fenced block between ``<!-- name: … -->`` and ``<!-- /name -->``."""
    found = re.search(rf"<!-- {name}:[^\n]*-->\n```\n(.*?)```\n<!-- /{name} -->", read(document), re.DOTALL)
    assert found is not None, f"{document} has no block {name}"
    return found[1]


@pytest.mark.skipif(
    find_spec("hubevents_sync.cli.main") is None, reason="hubevents_sync/cli/main.py does not exist yet"
)
def test_the_help_in_the_readme_is_the_real_one() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "hubevents_sync", "--help"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "80", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert read_block("README.md", "help") == ran.stdout
