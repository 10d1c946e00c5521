"""``auth``: log an OAuth app in and out, and look at the token."""

import sys
from collections.abc import Callable

import click

from hubevents_sync.cli.context import AppContext, is_interactive
from hubevents_sync.cli.deadline import read_duration
from hubevents_sync.cli.options import format_option, sandbox_option
from hubevents_sync.cli.output import drawing


@click.group()
def auth() -> None:
    """Log in to HubSpot, and see whom the token belongs to."""


@auth.command("login")
@click.option(
    "--redirect-url",
    metavar="URL",
    default="http://localhost:8765/oauth-callback",
    show_default=True,
    help="Where HubSpot sends the browser back to. The app's page in HubSpot must name the same.",
)
@click.option(
    "--scope", "scopes", multiple=True, metavar="NAME", help="Ask for this scope; repeatable. In place of ours."
)
@click.option(
    "--optional-scope", "optional", multiple=True, metavar="NAME", help="Ask for it where the account has it."
)
@click.option("--no-browser", is_flag=True, help="Only print the address of the login.")
@click.option("--timeout", metavar="TIME", default="5m", show_default=True, help="How long to wait for the browser.")
@click.option("--pkce", "uses_pkce", is_flag=True, help="Send PKCE's parameters: for HubSpot apps that want them.")
@click.pass_obj
def login(
    app: AppContext,
    redirect_url: str,
    scopes: tuple[str, ...],
    optional: tuple[str, ...],
    timeout: str,
    *,
    no_browser: bool,
    uses_pkce: bool,
) -> None:
    """Let the OAuth app of hubevents.yaml in to a HubSpot account, in a browser, and keep its refresh token.

    It is kept where hubspot.oauth.token_store says, and only where the account is the one that the project pins.
    """
    from hubevents_sync.engine.access.sign_in import DEFAULT_SCOPES, Login, log_in

    asked = Login(redirect_url, scopes or DEFAULT_SCOPES, optional, read_duration(timeout), uses_pkce=uses_pkce)
    done = log_in(app.workspace(), asked, visit=_visitor(opens=not no_browser and is_interactive()))
    click.echo(f"logged in to HubSpot account {done.info.portal_id}; the refresh token is kept in {done.place}")


def _visitor(*, opens: bool) -> Callable[[str], None]:
    def visit(url: str) -> None:
        if opens:
            import webbrowser

            click.echo(f"Opening your browser. If it does not open, go to:\n{url}", err=True)
            webbrowser.open(url)
        else:
            click.echo(f"Go to:\n{url}", err=True)

    return visit


@auth.command("logout")
@click.pass_obj
def logout(app: AppContext) -> None:
    """End the refresh token at HubSpot and forget it here. The app stays installed in the account."""
    from hubevents_sync.engine.access.sign_in import log_out

    click.echo(f"logged out: {log_out(app.workspace())} holds no refresh token any more")


@auth.command("check")
@format_option
@sandbox_option
@click.pass_obj
def check(app: AppContext, output_format: str, *, on_sandbox: bool) -> None:
    """Show the token's account, app, scopes and kind, when it expires, and what is left of the quota.

    Sends nothing but look-ups. Exit code 7 where the token is missing, wrong or expired, lacks a scope, or belongs to
    another account than the project's.
    """
    from hubevents_sync.cli.progress import watching
    from hubevents_sync.cli.sandboxed import looking_at
    from hubevents_sync.engine.access.account import check_account
    from hubevents_sync.render.account import render_account_json, render_account_text

    with looking_at(app, on_sandbox=on_sandbox) as opened, watching(app, opened, "asking HubSpot") as watched:
        report = check_account(watched.workspace)
    if output_format == "json":
        click.echo(render_account_json(report), nl=False)
    else:
        click.echo(render_account_text(report, **drawing(app)), nl=False)
    sys.stdout.flush()
    if report.fault is not None:
        raise report.fault
