"""Which requests a rule is about: an operation by its name, a path with stars, all reads or writes, and a method."""

from dataclasses import dataclass
from functools import lru_cache

from hubevents_sync.sandbox.routing import BASES, V3_LIST

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Words for more than one operation.
GROUPS = {"any": METHODS, "reads": ("GET",), "writes": ("POST", "PUT", "PATCH", "DELETE")}

# name: methods and paths below the API's base, of which a star is one segment and two stars are the rest. The first
# that fits is a request's operation, so that a literal stands before the star that would take it too.
OPERATIONS: dict[str, tuple[str, ...]] = {
    "upsert": ("POST events/upsert",),
    "search": ("GET events/search", "GET */identifiers"),
    "delete": ("POST events/delete", "POST batch/archive", "DELETE events/*", "DELETE *"),
    "put": ("PUT events/*",),
    "create": ("POST events",),
    "update": ("PATCH events/*", "PATCH *", "POST batch/update"),
    "cancel": ("POST events/*/cancel",),
    "complete": ("POST events/*/complete",),
    "attendance": (
        "POST attendance/*/*/create",
        "POST attendance/*/*/email-create",
        "POST */attendance/*/create",
        "POST */attendance/*/email-create",
        "POST events/*/*/upsert",
        "POST events/*/*/email-upsert",
    ),
    "breakdown": ("GET participations/*/*/breakdown", "GET participations/*/breakdown"),
    "counters": ("GET participations/*/*", "GET participations/*"),
    "settings": ("GET */settings", "POST */settings"),
    "lists": ("GET associations/**", "PUT associations/**", "DELETE associations/**"),
    "list": ("GET ",),
    "event": ("GET events/*", "GET *"),
    "token": ("GET /oauth/**", "POST /oauth/**", "DELETE /oauth/**"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """*where* is a name of OPERATIONS or GROUPS, or a path with stars; *method* None is any."""

    where: str
    method: str | None = None

    def __str__(self) -> str:
        return self.where if self.method is None else f"{self.method} {self.where}"

    def matches(self, method: str, raw_path: str) -> bool:
        """Whether a request is meant."""
        if self.method is not None and method != self.method:
            return False
        if self.where in GROUPS:
            return method in GROUPS[self.where]
        if self.where in OPERATIONS:
            return find_operation(method, raw_path) == self.where
        return _fits(self.where, raw_path)


@lru_cache(maxsize=4096)
def find_operation(method: str, raw_path: str) -> str | None:
    """The name of a request's operation; None for one that has no name."""
    for name, patterns in OPERATIONS.items():
        for pattern in patterns:
            wanted, _, path = pattern.partition(" ")
            if wanted == method and _fits(path, raw_path):
                return name
    return None


def _fits(pattern: str, raw_path: str) -> bool:
    """A pattern with a slash at its front is about the whole path, any other about what is below the API's base."""
    path = raw_path if pattern.startswith("/") else _below_base(raw_path)
    if path is None:
        return False
    wanted, found = pattern.split("/"), path.split("/")
    if wanted[-1] == "**":
        wanted, found = wanted[:-1], found[: len(wanted) - 1]
    return len(wanted) == len(found) and all(map(_is_segment, wanted, found))


def _is_segment(wanted: str, found: str) -> bool:
    return bool(found) if wanted == "*" else wanted == found


def _below_base(raw_path: str) -> str | None:
    """The path below the API's base, "" for the list; None for what lies elsewhere."""
    segments = tuple(raw_path.removeprefix("/").split("/"))
    for base in (*BASES, V3_LIST):
        if segments[: len(base)] == base:
            return "/".join(segments[len(base) :])
    return None
