"""``completion``: complete commands and options in a shell."""

import click
from click.shell_completion import get_completion_class

PROGRAM = "hubevents-sync"
VARIABLE = "_HUBEVENTS_SYNC_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    bash: eval "$(hubevents-sync completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc; fish: hubevents-sync
    completion fish > ~/.config/fish/completions/hubevents-sync.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise AssertionError(f"click knows no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())
