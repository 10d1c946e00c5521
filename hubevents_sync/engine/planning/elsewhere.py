"""Plan shares on other machines: what must not go there, and what has to be there just as it is here."""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from hubevents_sync.engine.desired.hashing import digest_file
from hubevents_sync.errors import ConfigurationError
from hubevents_sync.manifest.declaration import EventDeclaration
from hubevents_sync.manifest.rosters.interface import RosterFile
from hubevents_sync.manifest.source import Source
from hubevents_sync.manifest.variables import find_variables
from hubevents_sync.model.project import HubSpotSettings, Project
from hubevents_sync.resources import PACKAGE, schemas_directory
from hubevents_sync.state.identity import KEY_VARIABLE
from hubevents_sync.version import __version__

SHARE_FOLDER = "give every worker the project's folder at the same path, from a disk that all share"


@cache
def fingerprint_program() -> str:
    """The version, Python's, and what tells this very program from another of the same version."""
    digest = hashlib.sha256()
    for file in sorted([*PACKAGE.rglob("*.py"), *schemas_directory().glob("*.json")]):
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return f"hubevents-sync {__version__} ({digest.hexdigest()[:12]}), {python}"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a share was cut by: the *program*, and the *sizes* in bytes of the rosters, by their paths."""

    program: str
    sizes: Mapping[Path, int]

    def require(self) -> None:
        """Raise ConfigurationError, which names this machine, unless all of it is the same here."""
        found = fingerprint_program()
        if found != self.program:
            raise ConfigurationError(
                f"the worker on {name_machine()} runs {found}; this machine runs {self.program}",
                hint="install the same version of hubevents-sync on every worker",
            )
        for path, size in self.sizes.items():
            if size and not path.exists():
                raise ConfigurationError(f"the worker on {name_machine()} has no {path}", hint=SHARE_FOLDER)
            there = Source(path, path.name).size()
            if there != size:
                raise ConfigurationError(
                    f"{path} has {there:,} bytes on the worker {name_machine()}, and {size:,} on this machine",
                    hint=SHARE_FOLDER,
                )


def name_machine() -> str:
    """This machine, in a message that is read on another."""
    import socket

    return socket.gethostname()


def expect(declarations: Sequence[EventDeclaration]) -> Expected:
    """What whoever plans *declarations* has to find."""
    sizes = {file.path: file.size() for each in declarations for file in each.roster_sources}
    return Expected(fingerprint_program(), sizes)


def may_leave(declaration: EventDeclaration) -> bool:
    """The event's people stand in files of their own: nothing of them goes where the event goes."""
    return all(isinstance(roster, RosterFile) for roster in declaration.rosters)


def leave_secrets(project: Project, environ: Mapping[str, str]) -> tuple[Project, dict[str, str]]:
    """*project* and *environ* with what opens the state and hashes people, and without what opens HubSpot."""
    needed = {KEY_VARIABLE, *find_variables(project.state)}
    bare = replace(project, hubspot=HubSpotSettings(portal=project.hubspot.portal), webhook=None)
    return bare, {name: environ[name] for name in needed if name in environ}


def require_same_files(declarations: Sequence[EventDeclaration], read: Sequence[Mapping[str, str]]) -> None:
    """Raise ConfigurationError where a roster that was *read* elsewhere (digests by file) is another one than here."""
    for declaration, digests in zip(declarations, read, strict=True):
        for file in declaration.roster_sources:
            there = digests.get(file.file)  # none where it could not be read, which is a finding
            if there is not None and there != digest_file(file):
                raise ConfigurationError(
                    f"{file.file} is not the same on the workers as on this machine", hint=SHARE_FOLDER
                )
