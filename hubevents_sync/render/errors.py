"""Draw the error that ended a command."""

from rich.text import Text

from hubevents_sync.errors import HubSpotError, SyncError
from hubevents_sync.render.canvas import paint
from hubevents_sync.render.safe import make_one_line, to_ascii


def render_error(error: SyncError, *, color: bool, unicode: bool = True) -> str:
    """*error* as ``error: …`` and, where there is one, ``hint: …``; lines after the first are indented.

    What HubSpot's support asks for, the correlation id, is added where the message does not hold it.
    """
    lines = _draw_part("error: ", error.message, "bold red")
    if isinstance(error, HubSpotError) and error.correlation_id and error.correlation_id not in error.message:
        lines.append(Text(f"  HubSpot's correlation id: {make_one_line(error.correlation_id)}", "dim"))
    if error.hint:
        lines += _draw_part("hint: ", error.hint, "cyan")
    written = paint(lines, color=color)
    return written if unicode else to_ascii(written)


def _draw_part(label: str, message: str, style: str) -> list[Text]:
    first, *rest = message.rstrip().splitlines() or [""]
    head = Text.assemble((label, style), make_one_line(first))
    return [head, *(Text(f"  {make_one_line(line)}".rstrip()) for line in rest)]
