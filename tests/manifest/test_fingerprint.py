"""The digest of the files behind a plan: of their very bytes, whatever their order, and of nothing else."""

import hashlib
from pathlib import Path

import pytest

from hubevents_sync.engine.planning.plan import plan_project
from hubevents_sync.engine.workspace import SystemClock, Workspace
from hubevents_sync.manifest.document import read_document
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.fingerprint import FileDigests, digest_files
from hubevents_sync.manifest.schema import EVENTS_SCHEMA, expect
from hubevents_sync.manifest.shielding import ShieldedSource
from hubevents_sync.manifest.source import Source
from tests.projects import ProjectFolder, build_people


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    folder = ProjectFolder(tmp_path / "project")
    folder.write_settings()
    folder.write_event("launch", roster="launch.csv")
    folder.write_roster("launch.csv", build_people(3))
    folder.write_event("gala", roster="gala.yaml")
    folder.write_roster("gala.yaml", build_people(2))
    return folder


def digest_of(
    folder: ProjectFolder, *, only: tuple[str, ...] = (), is_retry: bool = False, environ: dict[str, str] | None = None
) -> str:
    workspace = Workspace(folder.path, environ or {}, SystemClock())
    digest = plan_project(workspace, only=only, is_retry=is_retry).plan.files_digest
    assert digest is not None
    return digest


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_it_stands_for_the_paths_and_bytes_of_every_file(project: ProjectFolder) -> None:
    files = ["hubevents.yaml", "events/gala.yaml", "events/launch.yaml", "rosters/gala.yaml", "rosters/launch.csv"]
    expected = digest_files([(file, sha256(project.path / file)) for file in files], settings=["CookingCo", None])
    assert digest_of(project) == expected


@pytest.mark.parametrize("file", ["hubevents.yaml", "events/gala.yaml", "rosters/gala.yaml", "rosters/launch.csv"])
def test_one_byte_more_in_any_file_is_another_digest(project: ProjectFolder, file: str) -> None:
    before = digest_of(project)
    path = project.path / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert digest_of(project) != before


def test_files_of_no_event_do_not_count(project: ProjectFolder) -> None:
    before = digest_of(project)
    project.write("README.md", "read me\n")
    project.write("rosters/unused.csv", "email\n")
    assert digest_of(project) == before


def test_a_choice_of_events_is_of_their_files_and_never_the_digest_of_all(project: ProjectFolder) -> None:
    chosen = digest_of(project, only=("gala",))
    project.write_roster("launch.csv", build_people(4))
    assert digest_of(project, only=("gala",)) == chosen
    one_file = ProjectFolder(project.path.parent / "one")
    one_file.write_settings()
    both = [f"  - {{externalEventId: {name}, eventName: {name}, eventOrganizer: Chef Joe}}" for name in ("a", "b")]
    one_file.write("events/both.yaml", "\n".join(["events:", *both]) + "\n")
    digests = {digest_of(one_file, only=only) for only in [(), ("a",), ("b",)]}
    assert len(digests | {digest_of(one_file, is_retry=True)}) == 4


def test_what_the_variables_say_of_account_and_time_zone_counts(project: ProjectFolder) -> None:
    project.write("hubevents.yaml", "version: 1\naccount: ${ACCOUNT}\n")
    assert digest_of(project, environ={"ACCOUNT": "A"}) != digest_of(project, environ={"ACCOUNT": "B"})


def test_the_order_of_files_and_reading_one_twice_change_nothing() -> None:
    one = FileDigests([("a", "1"), ("b", "2")])
    one.add("a", "1")
    assert digest_files(one) == digest_files([("b", "2"), ("a", "1")])
    one.add("a", "3")
    assert digest_files(one) != digest_files([("b", "2"), ("a", "1")])


def test_a_path_can_not_be_mistaken_for_a_digest() -> None:
    assert digest_files([("a", "b")]) != digest_files([("b", "a")])
    assert digest_files([], settings=["a"]) != digest_files([], choice=["a"])


@pytest.mark.parametrize("kind", [Source, ShieldedSource])
@pytest.mark.parametrize(
    "end", ["", "\n", "...\n", "\n# the end", "\n" + "# a long comment\n" * 20_000, "\n\ufeff", "# ${X}\n"]
)
def test_a_documents_digest_is_that_of_the_whole_file(tmp_path: Path, kind: type[Source], end: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"events: []\n{end}", encoding="utf-8-sig")
    document = read_document(kind(path, "a.yaml"), expect(EVENTS_SCHEMA), FindingCollector())
    assert document.digest == sha256(path)
