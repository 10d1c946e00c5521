"""The property definitions of the marketing-event object, as far as custom properties need them."""

from typing import Any

from hubevents_sync.sandbox.refusals import Refusal, RefusalDetail, invalid, not_found
from hubevents_sync.sandbox.routing import Route
from hubevents_sync.sandbox.settings import API_VERSIONS
from hubevents_sync.sandbox.store import properties
from hubevents_sync.sandbox.store.properties import Definition
from hubevents_sync.sandbox.wire.call import Answer, Call
from hubevents_sync.sandbox.wire.reading import as_text, read_object, require
from hubevents_sync.sandbox.wire.times import write_instant

# 0-54 is HubSpot's number for marketing events; which of the names it takes is not stated.
OBJECT_TYPES = frozenset({"0-54", "marketing_event", "marketing_events"})
REQUIRED = ("name", "label", "type", "fieldType", "groupName")
_LONGEST_NAME = 100
_KEPT = ("label", "type", "fieldType", "groupName", "description")


def list_properties(call: Call) -> Answer:
    """GET {objectType}: those that were defined, none of HubSpot's own."""
    _check_object_type(call)
    return Answer({"results": [_write(found) for found in _find_all(call)]})


def read_property(call: Call) -> Answer:
    """GET {objectType}/{propertyName}."""
    _check_object_type(call)
    name = call.path["propertyName"]
    found = next((each for each in _find_all(call) if each.name == name), None)
    if found is None:
        raise _unknown(name)
    return Answer(_write(found))


def create_property(call: Call) -> Answer:
    """POST {objectType}. A name that is taken is a 409, as CRM objects have it."""
    _check_object_type(call)
    body = read_object(call.body)
    require(body, REQUIRED)
    values = {name: as_text(body[name], name) for name in ("name", *_KEPT) if body.get(name) is not None}
    name = values.pop("name").lower()
    if not _is_name(name):
        reason = "must be of letters, digits and underscores, beginning with a letter"
        raise invalid(f"name {reason}", RefusalDetail(reason, "name"))
    if any(each.name == name for each in _find_all(call)):
        raise Refusal(409, "OBJECT_ALREADY_EXISTS", f"Property {name} already exists")
    properties.add_definition(call.connection, name, values, now_ms=call.now_ms)
    return Answer(_write(Definition(name, values, call.now_ms)), status=201)


def archive_property(call: Call) -> Answer:
    """DELETE {objectType}/{propertyName}. Values that events have stay: our choice."""
    _check_object_type(call)
    name = call.path["propertyName"]
    if not properties.delete_definition(call.connection, name):
        raise _unknown(name)
    return Answer(None, status=204)


def _check_object_type(call: Call) -> None:
    object_type = call.path["objectType"]
    if object_type.lower() not in OBJECT_TYPES:
        raise not_found(f"The sandbox has no object type '{object_type}', only marketing_event")


def _find_all(call: Call) -> list[Definition]:
    """What was defined through the API, and what the sandbox was started with."""
    found = properties.find_definitions(call.connection)
    given = (call.settings.defined_properties or frozenset()) - {each.name for each in found}
    usual = {"type": "string", "fieldType": "text", "groupName": "marketing_event_information"}
    return sorted([*found, *(Definition(name, {"label": name, **usual}, 0) for name in given)], key=_by_name)


def _by_name(definition: Definition) -> str:
    return definition.name


def _is_name(name: str) -> bool:
    return name.isascii() and name.isidentifier() and not name.startswith("_") and len(name) <= _LONGEST_NAME


def _unknown(name: str) -> Refusal:
    return not_found(f"Property {name} does not exist")


def _write(found: Definition) -> dict[str, Any]:
    """Property of HubSpot's CRM description."""
    at = write_instant(found.created_ms)
    return {
        "name": found.name,
        "description": "",
        **found.values,
        "options": [],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": False,
        "formField": False,
        "archived": False,
        "createdAt": at,
        "updatedAt": at,
        "modificationMetadata": {"archivable": True, "readOnlyDefinition": False, "readOnlyValue": False},
    }


_BASES = ("crm/v3/properties", *(f"crm/properties/{version}" for version in API_VERSIONS))
ROUTES = tuple(
    route
    for base in _BASES
    for route in (
        Route("GET", base + "/{objectType}", list_properties),
        Route("POST", base + "/{objectType}", create_property),
        Route("GET", base + "/{objectType}/{propertyName}", read_property),
        Route("DELETE", base + "/{objectType}/{propertyName}", archive_property),
    )
)
