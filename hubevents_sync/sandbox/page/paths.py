"""Which addresses are the page's. HubSpot's API has none of them."""

PREFIX = "/page/"
FAVICON = "/favicon.ico"


def is_page(method: str, path: str) -> bool:
    """Whether a request is for the page. Browsers ask for the icon by themselves; who posts to / means the API."""
    if path in ("/", FAVICON):
        return method in ("GET", "HEAD")
    return path.startswith(PREFIX)
