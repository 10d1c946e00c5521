"""Every behaviour of the sandbox in one table: what it does, who says that HubSpot does it, and its switch."""

import textwrap
from typing import Any

from hubevents_sync.sandbox.known import access, attendance, callback, deletion, events, limits, reading, service
from hubevents_sync.sandbox.settings import MAIN_APP_ID, MAIN_CLIENT_ID, MAIN_CLIENT_SECRET
from hubevents_sync.sandbox.switches import Behaviour, Evidence

# The sections of the table and of the page, in their order.
SECTIONS: dict[str, tuple[Behaviour, ...]] = {
    "Events": (*events.BEHAVIOURS, *deletion.BEHAVIOURS),
    "Attendance": attendance.BEHAVIOURS,
    "Reading back": reading.BEHAVIOURS,
    "The callback": callback.BEHAVIOURS,
    "Tokens and settings": access.BEHAVIOURS,
    "Paths and refusals": service.BEHAVIOURS,
    "Limits and failures": limits.BEHAVIOURS,
}
BEHAVIOURS = tuple(behaviour for section in SECTIONS.values() for behaviour in section)

_INTRODUCTION = f"""# What the built-in HubSpot does, and who says so

The sandbox is a HubSpot of our own. It does what HubSpot does as far as that is known, and this table says how far that
is. `hubevents-sync sandbox --list-behaviours` prints the same.

- **measured**: somebody saw the real HubSpot do it and wrote it down. We had no account to repeat it.
- **documented**: HubSpot says so.
- **chosen**: nobody knows, or nobody says. It is our choice, and no statement about HubSpot.

Where there is a switch, another choice can be made: `hubevents-sync sandbox --switch unknown-vid=drop`.

A token belongs to the app {MAIN_APP_ID} (client id `{MAIN_CLIENT_ID}`, client secret
`{MAIN_CLIENT_SECRET}`, which signs the callback).
`--app 7=TOKEN` adds the app 7 with that token, the client id `client-of-app-7` and the secret `secret-of-app-7`.
"""


def as_records() -> list[dict[str, Any]]:
    """The table as plain data, for ``--format json``."""
    return [
        {
            "id": each.id,
            "section": section,
            "statement": each.statement,
            "evidence": str(each.evidence),
            "source": each.source,
            "switch": None
            if each.switch is None
            else {"name": each.switch.name, "values": list(each.switch.values), "default": each.switch.default_text},
        }
        for section, behaviours in SECTIONS.items()
        for each in behaviours
    ]


def render_text(*, width: int) -> str:
    """The table for a terminal of *width* columns."""
    blocks = [_render_block(title, behaviours, width) for title, behaviours in SECTIONS.items()]
    counts = ", ".join(f"{sum(each.evidence is kind for each in BEHAVIOURS)} {kind}" for kind in Evidence)
    return "\n\n".join([*blocks, f"{len(BEHAVIOURS)} behaviours: {counts}"])


def _render_block(title: str, behaviours: tuple[Behaviour, ...], width: int) -> str:
    lines = [title, "=" * len(title)]
    for each in behaviours:
        lines += ["", f"{each.id}  [{each.evidence}]", *_wrap(each.statement, width), *_wrap(f"({each.source})", width)]
        if each.switch is not None:
            setting = f"--switch {each.switch.name}={'|'.join(each.switch.values)}, default {each.switch.default_text}"
            lines += _wrap(setting, width)
    return "\n".join(lines)


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )


def render_markdown() -> str:
    """The docs' page."""
    parts = [_INTRODUCTION]
    for title, behaviours in SECTIONS.items():
        parts.append(f"## {title}\n\n| behaviour | what it does | evidence | switch |\n|---|---|---|---|")
        parts.extend(_render_row(each) for each in behaviours)
        parts.append("")
    return "\n".join(parts)


def _render_row(each: Behaviour) -> str:
    switch = "" if each.switch is None else f"{_as_code(each.switch.values)}; default `{each.switch.default_text}`"
    return f"| `{each.id}` | {each.statement} | **{each.evidence}**: {each.source} | {switch} |"


def _as_code(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)
