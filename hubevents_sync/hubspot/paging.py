"""Walk the pages of a list, each asked for when the one before it is used up."""

from collections.abc import Callable, Iterator

from hubevents_sync.errors import HubSpotError
from hubevents_sync.hubspot import answers


def walk_pages(fetch: Callable[[str | None], answers.Json], *, action: str) -> Iterator[answers.Json]:
    """The results of all pages; *fetch* gets the one that starts after a place, None for the first."""
    after: str | None = None
    seen: set[str] = set()
    while True:
        page = fetch(after)
        yield from answers.objects_of(page.get("results"))
        after = answers.next_page(page)
        if after is None:
            return
        if after in seen:
            raise HubSpotError(f"{action}: HubSpot names the same next page twice, so the pages have no end")
        seen.add(after)
