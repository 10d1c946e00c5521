"""``sandbox``: the built-in HubSpot on its own."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hubevents_sync.cli.context import AppContext, terminal_width
from hubevents_sync.cli.options import format_option


class FaultText(click.ParamType[str]):
    """A fault's rule, which is read where faults are known. In an environment variable rules stand between ``;``."""

    name = "rule"
    envvar_list_splitter = ";"


DEFAULT_PORT = 8089


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: a free one.")
@click.option(
    "--data", type=click.Path(path_type=Path, dir_okay=False), help="Keep the account in this file; else in memory."
)
@click.option("--portal", type=click.IntRange(1), help="The number of the HubSpot account that it is.")
@click.option("--token", help="Take only this token. Without it any will do.")
@click.option(
    "--seed-from",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Fill the account with what the state of the project in DIR says is at HubSpot.",
)
@click.option(
    "--tier",
    type=click.Choice(["free", "professional", "enterprise"]),
    help="Refuse requests above the limits of this HubSpot tier with 429. Without it nothing is refused.",
)
@click.option(
    "--per-10-seconds", type=click.IntRange(1), metavar="N", help="Refuse more requests than N in ten seconds."
)
@click.option("--per-day", type=click.IntRange(1), metavar="N", help="Refuse more requests than N a day.")
@click.option(
    "--time-zone", default="UTC", show_default=True, help="The HubSpot account's, at whose midnight a day ends."
)
@click.option(
    "--fault",
    "faults",
    type=FaultText(),
    multiple=True,
    metavar="RULE",
    help="Let this go wrong, as said above; repeatable.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the faults that have a share.")
@click.option(
    "--realistic", is_flag=True, help="Take as long to answer, and to show what was written, as HubSpot does."
)
@click.option(
    "--switch", "switches", metavar="NAME=VALUE", multiple=True, help="Settle something that is not known of HubSpot."
)
@click.option(
    "--app", "apps", metavar="ID=TOKEN", multiple=True, help="Another app and its token: it sees its own events only."
)
@click.option("--list-behaviours", is_flag=True, help="Say what it does, who says that HubSpot does it, and end.")
@format_option
@click.pass_obj
def sandbox(
    app: AppContext,
    *,
    port: int,
    data: Path | None,
    portal: int | None,
    token: str | None,
    seed_from: Path | None,
    tier: str | None,
    per_10_seconds: int | None,
    per_day: int | None,
    time_zone: str,
    faults: tuple[str, ...],
    seed: int,
    realistic: bool,
    switches: tuple[str, ...],
    apps: tuple[str, ...],
    list_behaviours: bool,
    output_format: str,
) -> None:
    """Run the built-in HubSpot on 127.0.0.1 until Ctrl-C.

    Point a project at it with hubspot.base_url, or any other client of HubSpot's marketing-events API.

    \b
    A fault's RULE is
      [METHOD] WHERE: WHAT [every N | N% | next N | once] [before|after]
    WHERE is any, reads, writes, upsert, attendance, complete, cancel, put,
      create, update, delete, event, list, search, counters, breakdown, lists,
      settings, token, or a path with stars such as events/*
    WHAT is
      429, 429 daily, 423, 477, 500, 502, 503, 504, 521 to 524: an error
        (and retry-after SECONDS)
      cut, reset, truncate: a broken connection
      slow 2s: a wait
      drop, phantom, reject: rows of a batch that are left out in silence,
        answered and not stored, refused in errors; every N counts rows
      empty: a batch answered with no results
      answer 201: another status for a batch that succeeds (200, 201 or 207)
    After: when the work is done. Examples:
      --fault 'attendance: drop every 9' --fault 'any: 503 5%'
      --fault 'upsert: cut once after' --fault 'any: 477 retry-after 30 once'
    Faults are changed while it runs at /_sandbox/faults.
    """
    from hubevents_sync.sandbox.behaviours import BEHAVIOURS
    from hubevents_sync.sandbox.limits import choose_limits
    from hubevents_sync.sandbox.server import DEFAULT_PORTAL_ID, serve_sandbox
    from hubevents_sync.sandbox.settings import read_apps
    from hubevents_sync.sandbox.switches import read_switches

    if list_behaviours:
        click.echo(_tell_behaviours(output_format))
        return
    contents = None if seed_from is None else _read_contents(app, seed_from)
    serve_sandbox(
        port=port,
        data=data,
        token=token,
        portal_id=portal or (contents or {}).get("portal") or DEFAULT_PORTAL_ID,
        announce=_announce,
        limits=choose_limits(tier=tier, per_10_seconds=per_10_seconds, per_day=per_day),
        time_zone=time_zone,
        faults=faults,
        seed=seed,
        realistic=realistic,
        switches=read_switches(switches, BEHAVIOURS),
        apps=read_apps(apps),
        contents=contents,
    )


def _read_contents(app: AppContext, directory: Path) -> dict[str, Any]:
    from hubevents_sync.engine.keeping.rehearsal import build_rehearsal

    return build_rehearsal(replace(app, directory=directory).workspace())


def _tell_behaviours(output_format: str) -> str:
    from hubevents_sync.sandbox.behaviours import as_records, render_text

    if output_format == "json":
        return json.dumps(as_records(), ensure_ascii=False, indent=2)
    return render_text(width=terminal_width())


def _announce(base_url: str) -> None:
    click.echo(f"a HubSpot of our own listens on {base_url}  (Ctrl-C ends it)")
