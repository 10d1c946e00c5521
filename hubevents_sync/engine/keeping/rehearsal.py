"""Tell what a project's state says is at HubSpot, as plain data for an account to rehearse on.

The state knows people by their hash alone. The project's own rosters say whose most of them are, so that a row that was
recorded is recognised when its roster is applied to the account; who left the files gets an invented address.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hubevents_sync.engine.desired.reading import Manifest, read_desired, read_manifest
from hubevents_sync.engine.keeping.recorded import name_state, reading_state
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import StateError
from hubevents_sync.manifest.findings import FindingCollector, InvalidFiles
from hubevents_sync.model.participation import Participation, PersonId
from hubevents_sync.model.snapshot import RecordedEvent
from hubevents_sync.state.identity import Identity
from hubevents_sync.state.reading import StateReader

INVENTED_DOMAIN = "sandbox.invalid"  # .invalid is nobody's domain: RFC 2606


@dataclass(slots=True)
class _Known:
    """Who people are: by their hash, the e-mail or contact id that a roster or the state has. In memory only."""

    emails: dict[PersonId, str] = field(default_factory=dict)
    vids: dict[PersonId, int] = field(default_factory=dict)

    def learn(self, row: Participation) -> None:
        """Remember what *row* tells of its person."""
        if row.email is not None:
            self.emails[row.person] = row.email
        if row.contact_id is not None:
            self.vids.setdefault(row.person, row.contact_id)

    def tell(self, row: Participation) -> dict[str, Any]:
        """The person of *row*."""
        vid = row.contact_id if row.contact_id is not None else self.vids.get(row.person)
        email = self.emails.get(row.person)
        if email is None and vid is None:
            email = f"{row.person.hex()}@{INVENTED_DOMAIN}"
        return {"email": email, "vid": vid}


def build_rehearsal(workspace: Workspace) -> dict[str, Any]:
    """The document that the sandbox's account is filled with. It holds people's addresses: for memory only.

    Raises StateError where nothing was ever applied, and InvalidFiles where the files can't be read.
    """
    findings = FindingCollector()
    manifest = read_manifest(workspace, findings)
    with reading_state(workspace, manifest.project) as state:
        if state is None:
            raise StateError(
                f"there is no state at {name_state(workspace, manifest.project)}: nothing is known to be at HubSpot",
                hint="leave --seed-from out for an empty account",
            )
        known = _learn_people(manifest, state.identity, findings)
        if findings.has_errors:
            raise InvalidFiles(findings.sorted())
        vids_of_files = sorted(set(known.vids.values()))
        events = [_tell_event(recorded, known) for recorded in _read_events(state)]
        portal = state.header.portal
    contacts = [{"email": None, "vid": vid} for vid in vids_of_files]
    return {"portal": portal, "events": events, "contacts": contacts}


def _learn_people(manifest: Manifest, identity: Identity, findings: FindingCollector) -> _Known:
    """Everybody on the rosters, hashed as the state does it. Contacts that rows name by id are at HubSpot already."""
    known = _Known()
    for declaration in manifest.declarations:
        desired = read_desired(declaration, manifest.project, identity=identity, findings=findings)
        for row in desired.snapshot.participations:
            known.learn(row)
    return known


def _read_events(state: StateReader) -> Iterator[RecordedEvent]:
    for key in state.keys():  # noqa: SIM118 - a method of the state, which is no mapping
        recorded = state.read_event(key)
        # An event whose upsert was never answered, and that nobody took part in, may not be there at all.
        if recorded is not None and (recorded.is_event_confirmed or recorded.snapshot.participations):
            yield recorded


def _tell_event(recorded: RecordedEvent, known: _Known) -> dict[str, Any]:
    snapshot = recorded.snapshot
    fields: dict[str, Any] = dict(snapshot.event.fields)
    if "customProperties" in fields:
        fields["customProperties"] = [
            {"name": name, "value": value} for name, value in dict(fields["customProperties"]).items()
        ]
    return {
        "account": snapshot.event.key.external_account_id,
        "external_id": snapshot.event.key.external_event_id,
        "object_id": snapshot.object_id,
        "completed": snapshot.is_completed,
        "fields": fields,
        "participations": [_tell_row(row, known) for row in snapshot.participations],
    }


def _tell_row(row: Participation, known: _Known) -> dict[str, Any]:
    return {
        **known.tell(row),
        "state": str(row.state),
        "occurred_at_ms": row.occurred_at_ms,
        "joined_at_ms": row.joined_at_ms,
        "left_at_ms": row.left_at_ms,
    }
