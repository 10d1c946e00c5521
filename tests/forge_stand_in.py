"""A forge of the tests' own: the parts of GitHub's and GitLab's REST APIs that a pipeline needs, over real HTTP.

Written from the forges' documentation, and shares nothing with ``hubevents_sync.forge``.
"""

import hashlib
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

WORKFLOW_TOKEN = "ghs_workflow_token_0123456789"
FORK_TOKEN = "ghs_fork_token_0123456789"
APP_TOKEN = "ghs_app_token_0123456789"
PERSON_TOKEN = "ghp_person_token_0123456789"
GITLAB_TOKEN = "glpat-project-token-0123456789"
REPOSITORY = "cooking/events"
PROJECT = "77"
LONGEST_BODY = 65_536  # GitHub's, in characters


@dataclass
class Note:
    """A comment, and how often it was changed."""

    id: int
    number: int
    author: str
    body: str
    edits: int = 0


@dataclass
class Fault:
    """Answers once with *status* in place of the truth; after doing what was asked, where *is_late*."""

    method: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "it does not work"
    is_late: bool = False


@dataclass
class StandIn:
    """What the forge knows."""

    base_url: str = ""
    notes: list[Note] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    accounts: dict[str, tuple[str, bool]] = field(
        default_factory=lambda: {
            WORKFLOW_TOKEN: ("github-actions[bot]", True),
            FORK_TOKEN: ("github-actions[bot]", False),
            PERSON_TOKEN: ("ana", True),
            APP_TOKEN: ("reviewer[bot]", True),
            GITLAB_TOKEN: ("project_77_bot", True),
        }
    )
    next_id: int = 1000

    def add(self, number: int, body: str, *, author: str = "github-actions[bot]") -> Note:
        """A comment of somebody's."""
        self.next_id += 1
        note = Note(self.next_id, number, author, body)
        self.notes.append(note)
        return note

    def merge(self, number: int, commit: str, *, repository: str = REPOSITORY) -> None:
        """A pull request is merged, which makes *commit*."""
        self.pulls.append({"number": number, "commit": commit, "repository": repository, "is_merged": True})

    def open(self, number: int, commit: str) -> None:
        """A pull request that holds *commit*, not merged."""
        self.pulls.append({"number": number, "commit": commit, "repository": REPOSITORY, "is_merged": False})


class Refusal(Exception):
    """What the forge says no with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


Answer = tuple[int, Any]
Handler = Callable[[StandIn, Request, dict[str, Any], str], Answer]


def who_is(forge: StandIn, request: Request, *, writes: bool) -> str:
    """The account of the request's token."""
    token = request.headers.get("private-token") or request.headers.get("authorization", "").removeprefix("Bearer ")
    if token not in forge.accounts:
        raise Refusal(401, "Bad credentials")
    login, may_write = forge.accounts[token]
    if writes and not may_write:
        raise Refusal(403, "Resource not accessible by integration")
    return login


def serve(forge: StandIn, handler: Handler, *, writes: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """*handler* with what all answers share: the token, faults, pages, tags."""

    async def answer(request: Request) -> Response:
        forge.requests.append(f"{request.method} {request.url.path}")
        fault = next((each for each in forge.faults if each.method == request.method), None)
        if fault is not None:
            forge.faults.remove(fault)
        if fault is not None and not fault.is_late:
            return JSONResponse({"message": fault.message}, fault.status, fault.headers)
        try:
            login = who_is(forge, request, writes=writes)
            raw = await request.body()
            status, value = handler(forge, request, json.loads(raw) if raw else {}, login)
        except Refusal as refusal:
            return JSONResponse({"message": refusal.message}, refusal.status)
        if fault is not None:
            return JSONResponse({"message": fault.message}, fault.status, fault.headers)
        if status == 204:
            return Response(status_code=204)
        return respond(request, status, value)

    return answer


def respond(request: Request, status: int, value: object) -> Response:
    """*value* as JSON, a page of it where it is a list, with its tag."""
    headers = {"x-ratelimit-remaining": "4999"}
    if isinstance(value, list):
        page, per_page = (
            int(request.query_params.get(name, default)) for name, default in (("page", 1), ("per_page", 30))
        )
        per_page = min(per_page, 100)
        if len(value) > page * per_page:
            headers["link"] = f'<{request.url.include_query_params(page=page + 1)}>; rel="next"'
        value = value[(page - 1) * per_page : page * per_page]
    content = json.dumps(value).encode()
    headers["etag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, media_type="application/json")


def find_note(forge: StandIn, request: Request) -> Note:
    """The comment that the address names."""
    wanted = int(request.path_params["note"])
    for note in forge.notes:
        if note.id == wanted:
            return note
    raise Refusal(404, "Not Found")


def check_body(body: dict[str, Any]) -> str:
    """A comment's text, of a length that the forge takes."""
    text = body.get("body")
    if not isinstance(text, str) or not text or len(text) > LONGEST_BODY:
        raise Refusal(422, "Validation Failed")
    return text


def show_user(forge: StandIn, request: Request, _: dict[str, Any], login: str) -> Answer:
    """Whose the token is; a workflow's own token may not ask."""
    if login.endswith("[bot]"):
        raise Refusal(403, "Resource not accessible by integration")
    return 200, {"login": login, "username": login}


def shape(note: Note) -> dict[str, Any]:
    """A comment as both forges show it."""
    author = {"login": note.author, "username": note.author}
    return {"id": note.id, "body": note.body, "user": author, "author": author, "system": False}


def list_notes(forge: StandIn, request: Request, _: dict[str, Any], login: str) -> Answer:
    """All comments of a pull request, the oldest first."""
    number = int(request.path_params["number"])
    return 200, [shape(note) for note in forge.notes if note.number == number]


def create_note(forge: StandIn, request: Request, body: dict[str, Any], login: str) -> Answer:
    """One more comment."""
    return 201, shape(forge.add(int(request.path_params["number"]), check_body(body), author=login))


def update_note(forge: StandIn, request: Request, body: dict[str, Any], login: str) -> Answer:
    """Another text in the same place."""
    note = find_note(forge, request)
    note.body = check_body(body)
    note.edits += 1
    return 200, shape(note)


def delete_note(forge: StandIn, request: Request, _: dict[str, Any], login: str) -> Answer:
    """One comment less."""
    forge.notes.remove(find_note(forge, request))
    return 204, None


def list_pulls(forge: StandIn, request: Request, _: dict[str, Any], login: str) -> Answer:
    """GitHub: the pull requests that a commit belongs to."""
    commit = request.path_params["commit"]
    return 200, [
        {
            "number": pull["number"],
            "merged_at": "2026-01-01T00:00:00Z" if pull["is_merged"] else None,
            "merge_commit_sha": pull["commit"],
            "base": {"repo": {"full_name": pull["repository"]}},
        }
        for pull in forge.pulls
        if pull["commit"] == commit
    ]


def list_merge_requests(forge: StandIn, request: Request, _: dict[str, Any], login: str) -> Answer:
    """GitLab: the merge requests that a commit belongs to."""
    commit = request.path_params["commit"]
    return 200, [
        {
            "iid": pull["number"],
            "state": "merged" if pull["is_merged"] else "opened",
            "merge_commit_sha": pull["commit"] if pull["is_merged"] else None,
            "squash_commit_sha": None,
            "sha": pull["commit"],
        }
        for pull in forge.pulls
        if pull["commit"] == commit
    ]


def build_app(forge: StandIn) -> Starlette:
    """Both forges in one server."""
    here, there = f"/repos/{REPOSITORY}", f"/api/v4/projects/{PROJECT}"
    notes = there + "/merge_requests/{number:int}/notes"
    return Starlette(
        routes=[
            Route("/user", serve(forge, show_user)),
            Route(here + "/issues/{number:int}/comments", serve(forge, list_notes)),
            Route(here + "/issues/{number:int}/comments", serve(forge, create_note, writes=True), methods=["POST"]),
            Route(here + "/issues/comments/{note:int}", serve(forge, update_note, writes=True), methods=["PATCH"]),
            Route(here + "/issues/comments/{note:int}", serve(forge, delete_note, writes=True), methods=["DELETE"]),
            Route(here + "/commits/{commit}/pulls", serve(forge, list_pulls)),
            Route("/api/v4/user", serve(forge, show_user)),
            Route(notes, serve(forge, list_notes)),
            Route(notes, serve(forge, create_note, writes=True), methods=["POST"]),
            Route(notes + "/{note:int}", serve(forge, update_note, writes=True), methods=["PUT"]),
            Route(notes + "/{note:int}", serve(forge, delete_note, writes=True), methods=["DELETE"]),
            Route(there + "/repository/commits/{commit}/merge_requests", serve(forge, list_merge_requests)),
        ]
    )


@contextmanager
def running_stand_in() -> Iterator[StandIn]:
    """The forge on a free port of loopback."""
    forge = StandIn()
    server = uvicorn.Server(uvicorn.Config(build_app(forge), host="127.0.0.1", port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the stand-in did not start"
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        forge.base_url = f"http://127.0.0.1:{port}"
        yield forge
    finally:
        server.should_exit = True
        thread.join()
