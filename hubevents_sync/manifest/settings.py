"""Check what a project file says beyond its schema, and turn it into a Project for one environment."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import urlsplit

from hubevents_sync.manifest.addresses import details_url_faults, is_loopback, webhook_url_faults
from hubevents_sync.manifest.document import Document
from hubevents_sync.manifest.findings import FindingCollector
from hubevents_sync.manifest.identifiers import fault_of_id
from hubevents_sync.manifest.rules import files as rules
from hubevents_sync.manifest.rules.events import BAD_ID
from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.manifest.suggest import suggest
from hubevents_sync.manifest.tree import Path
from hubevents_sync.manifest.variables import has_variable
from hubevents_sync.manifest.wording import named, quoted
from hubevents_sync.model.app_settings import DETAILS_URL, AppSettings
from hubevents_sync.model.project import (
    BatchSizes,
    HubSpotSettings,
    Limits,
    OAuthReference,
    Occasion,
    Project,
    RequestBudget,
    SecretReference,
    TokenStoreKind,
    TokenStoreReference,
    Webhook,
)

# Any: settings are JSON that the schema has checked.
Settings = Mapping[str, Any]
DEFAULT_STATE = Project(FilePath()).state
_VARIABLE_ALONE = re.compile(r"\$\{[^}]*\}")
_SCHEMA = re.compile(r"[?&]schema=")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def check_settings(document: Document, place: Path, settings: Settings, findings: FindingCollector) -> None:
    """Check *settings*, which stand at *place*: the project's own, or those of one environment."""
    hubspot = settings.get("hubspot", {})
    checks: tuple[tuple[Path, Any, Any], ...] = (
        (("account",), settings.get("account"), _account_faults),
        (("timezone",), settings.get("timezone"), _timezone_faults),
        (("hubspot", "base_url"), hubspot.get("base_url"), _url_faults),
        (("settings", DETAILS_URL), settings.get("settings", {}).get(DETAILS_URL), details_url_faults),
        (("webhook", "url"), settings.get("webhook", {}).get("url"), webhook_url_faults),
        *((("events", index), pattern, _pattern_faults) for index, pattern in enumerate(settings.get("events", ()))),
    )
    for path, value, find_faults in checks:
        if isinstance(value, str) and not has_variable(value):
            for rule, message, hint in find_faults(value):
                findings.add(rule.at(document.position((*place, *path)), message, hint))
    if "token" in hubspot and "oauth" in hubspot:
        position = document.key_position((*place, "hubspot", "oauth"))
        findings.add(
            rules.TOKEN_AND_OAUTH.at(position, "token and oauth stand side by side", "keep the one that is used")
        )
    if {"refresh_token", "token_store"} <= hubspot.get("oauth", {}).keys():
        position = document.key_position((*place, "hubspot", "oauth", "token_store"))
        message = "refresh_token and token_store stand side by side"
        hint = "keep token_store for a token that auth login gets and that is renewed in place, else refresh_token"
        findings.add(rules.REFRESH_TOKEN_AND_STORE.at(position, message, hint))


def check_states(document: Document, directory: FilePath, findings: FindingCollector) -> None:
    """No two environments, and none and the project itself, may share a state."""
    whole: Settings = document.value
    own = whole.get("state", DEFAULT_STATE)
    users = {_state_id(own, directory, None): "the project's own settings"}
    for name, settings in whole.get("environments", {}).items():
        state = settings.get("state", default_state(name, own))
        user = users.setdefault(_state_id(state, directory, name), f"the environment {name}")
        if user != f"the environment {name}":
            path: Path = ("environments", name, "state") if "state" in settings else ("environments", name)
            message = f"the environment {name} would share its state with {user}"
            hint = "give it a state of its own, under state:"
            findings.add(rules.SHARED_STATE.at(document.key_position(path), message, hint))


def default_state(environment: str, own: str) -> str:
    """The state of an environment that names none: a file, or a schema of its own in the store that is the project's.

    *own* is the project's. A pipeline whose environment fell back on a file there would forget it each time.
    """
    return own if may_be_url(own) else f"state/{environment}.db"


def may_be_url(state: str) -> bool:
    """*state* is a URL, or all of it is a variable that may hold one."""
    return "://" in state or _VARIABLE_ALONE.fullmatch(state) is not None


def merge(base: Settings, override: Settings) -> dict[str, Any]:
    """*base* with what *override* says in its place; mappings are merged, all else is replaced."""
    merged = dict(base)
    for name, value in override.items():
        below = merged.get(name)
        merged[name] = merge(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged


def settings_of(whole: Settings, environment: str | None) -> dict[str, Any]:
    """The settings that count in *environment*, of the *whole* project file."""
    base = {name: value for name, value in whole.items() if name not in ("version", "environments")}
    if environment is None:
        return base
    override: Settings = whole["environments"][environment]
    hubspot = dict(base.get("hubspot", {}))
    # One way to sign in takes the place of the other.
    for chosen, other in (("token", "oauth"), ("oauth", "token")):
        if chosen in override.get("hubspot", {}):
            hubspot.pop(other, None)
    for chosen, other in (("refresh_token", "token_store"), ("token_store", "refresh_token")):
        if "oauth" in hubspot and chosen in override.get("hubspot", {}).get("oauth", {}):
            hubspot["oauth"] = {name: value for name, value in hubspot["oauth"].items() if name != other}
    merged = merge({**base, "hubspot": hubspot}, override)
    own = base.get("state", DEFAULT_STATE)
    return {**merged, "state": override.get("state", default_state(environment, own))}


def build_project(settings: Settings, directory: FilePath, environment: str | None) -> Project:
    """The Project of *settings*, which have passed all checks. *directory* is absolute."""
    default = Project(directory)
    roots = (directory, *(FilePath(os.path.normpath(directory / root)) for root in settings.get("roster_roots", ())))
    return Project(
        directory=directory,
        environment=environment,
        account=settings.get("account"),
        timezone=settings.get("timezone"),
        events=tuple(settings.get("events", default.events)),
        roster_roots=tuple(dict.fromkeys(roots)),
        state=settings.get("state", default.state),
        hubspot=_hubspot(settings.get("hubspot", {}), directory, environment),
        limits=_limits(settings.get("limits", {})),
        lock=settings.get("lock", default.lock),
        settings=_app_settings(settings.get("settings")),
        webhook=_webhook(settings.get("webhook")),
    )


def _app_settings(settings: Settings | None) -> AppSettings | None:
    return AppSettings(int(settings["appId"]), settings[DETAILS_URL]) if settings else None


def _webhook(settings: Settings | None) -> Webhook | None:
    if not settings:
        return None
    occasions = frozenset(map(Occasion, settings.get("events", Occasion)))
    return Webhook(SecretReference(settings["url"]), SecretReference(settings["secret"]), occasions)


def _hubspot(settings: Settings, directory: FilePath, environment: str | None) -> HubSpotSettings:
    default = HubSpotSettings()
    portal = settings.get("portal")
    slot = environment or "default" if portal is None else f"portal-{portal}"
    requests = settings.get("requests", {})
    return HubSpotSettings(
        portal=portal,
        api=settings.get("api", default.api),
        base_url=settings.get("base_url", default.base_url).rstrip("/"),
        token=SecretReference(settings["token"]) if "token" in settings else default.token,
        oauth=_oauth(settings["oauth"], directory, slot) if "oauth" in settings else None,
        requests=RequestBudget(
            per_10_seconds=int(requests.get("per_10_seconds", default.requests.per_10_seconds)),
            keep_free=_share(requests.get("keep_free", default.requests.keep_free)),
        ),
        batch=BatchSizes(**{name: int(size) for name, size in settings.get("batch", {}).items()}),
    )


def _oauth(settings: Settings, directory: FilePath, slot: str) -> OAuthReference:
    secrets = {name: SecretReference(text) for name, text in settings.items() if name != "token_store"}
    written = settings.get("token_store", TokenStoreKind.FILE)
    if isinstance(written, str):
        return OAuthReference(**secrets, token_store=TokenStoreReference(TokenStoreKind(written), slot=slot))
    path = directory / FilePath(written["file"]).expanduser()
    return OAuthReference(**secrets, token_store=TokenStoreReference(TokenStoreKind.FILE, path, slot))


def _limits(settings: Settings) -> Limits:
    default = Limits()
    return Limits(
        removals=_share_or_count(settings.get("removals", default.removals)),
        contacts_created=_count(settings.get("contacts_created", default.contacts_created)),
        events_cancelled=_count(settings.get("events_cancelled", default.events_cancelled)),
    )


def _share(written: str | float) -> float:
    return float(written[:-1]) / 100 if isinstance(written, str) else float(written)


def _share_or_count(written: str | float | None) -> float | int | None:
    if written is None or written == "none":
        return None
    if isinstance(written, float) and written.is_integer() and written >= 1:
        return int(written)
    return written if isinstance(written, int) else _share(written)


def _count(written: str | float | None) -> int | None:
    return None if written is None or isinstance(written, str) else int(written)


def _state_id(state: str, directory: FilePath, environment: str | None) -> str:
    if not may_be_url(state):
        return os.path.normpath(directory / state)
    return state if _SCHEMA.search(state) else f"{state} {environment or ''}"  # each has a schema of its own


Faults = Iterator[tuple[Rule, str, str | None]]


def _account_faults(text: str) -> Faults:
    if fault := fault_of_id(text):
        yield BAD_ID, f"account {fault}", "it is half of what HubSpot knows an event by"


def _timezone_faults(text: str) -> Faults:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # an unknown zone, no zone's name, a folder of zones
        zones = available_timezones()
        city = text.replace(" ", "_").casefold()
        meant = next(
            (zone for zone in sorted(zones) if zone.casefold().rpartition("/")[2] == city), suggest(text, zones)
        )
        is_folder = any(zone.startswith(f"{text}/") for zone in zones)
        hint = (
            f"did you mean {meant}?"
            if meant and not is_folder
            else "use a name of the IANA list, such as Europe/Berlin or UTC"
        )
        yield rules.UNKNOWN_TIMEZONE, f"there is no time zone {quoted(text)}", hint


def _url_faults(text: str) -> Faults:
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        yield rules.BAD_URL, "base_url is no URL", "write it like https://api.hubapi.com"
        return
    if not host or " " in text:
        yield rules.BAD_URL, "base_url names no host", "write it like https://api.hubapi.com"
    elif url.username is not None or url.query or url.fragment:
        yield rules.BAD_URL, "base_url must be a host and perhaps a path, no user, query or fragment", None
    elif url.scheme == "http" and not is_loopback(host):
        message = f"base_url is http to {named(host)}: the token would cross the network in the clear"
        yield rules.PLAIN_HTTP, message, "use https; http is taken for localhost, 127.0.0.1 and [::1] only"


def _pattern_faults(text: str) -> Faults:
    if text.startswith(("/", "~")) or _DRIVE.match(text) or ".." in re.split(r"[/\\]", text):
        message = f"the pattern {quoted(text)} leads out of the project's folder"
        yield rules.PATTERN_OUTSIDE, message, "event files lie below hubevents.yaml; only rosters may lie elsewhere"
    elif "\\" in text:
        yield rules.PATTERN_OUTSIDE, f"the pattern {quoted(text)} has a backslash", "write / between folders"
