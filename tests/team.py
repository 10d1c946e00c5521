"""People who work by pull request: a bare repository, a forge beside it, and a desk to change files at."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.forge_stand_in import REPOSITORY, StandIn
from tests.projects import ProjectFolder
from tests.repositories import commit_all, git

STATE_BRANCH = "hubevents-state"


@dataclass
class Team:
    """Who changes events on the branch ``change``, has it planned, and merges it."""

    desk: ProjectFolder
    bare: Path
    forge: StandIn

    def begin(self) -> None:
        """A project on main, with no event yet."""
        self.bare.mkdir()
        git(self.bare, "init", "-q", "--bare", "-b", "main")
        self.desk.write(".gitignore", "state/*\n")
        git(self.desk.path, "init", "-q", "-b", "change")
        self.push("main")

    def write_event(self, name: str, people: int, *, completes: bool = False) -> None:
        """An event that is long over, with a roster."""
        lines = [f"externalEventId: {name}", f"eventName: {name}", "eventOrganizer: Chef Joe"]
        lines += ["startDateTime: 2024-05-01T10:00:00Z", "endDateTime: 2024-05-01T12:00:00Z"]
        lines += ["complete: true"] if completes else []
        body = "\n    ".join([*lines, f"roster: ../rosters/{name}.csv"])
        self.desk.write(f"events/{name}.yaml", f"events:\n  - {body}\n")
        rows = "".join(f"{name}{number}@planted.example,2024-04-01T10:00:00Z\n" for number in range(people))
        self.desk.write(f"rosters/{name}.csv", f"email,registered\n{rows}")

    def push(self, branch: str = "change") -> None:
        """Commit what lies on the desk, and push it."""
        commit_all(self.desk.path)
        git(self.desk.path, "push", "-q", "-f", str(self.bare), f"HEAD:refs/heads/{branch}")

    def try_merge(self, number: int) -> str:
        """What the forge does for each change of a pull request: the commit of a merge on trial."""
        git(self.desk.path, "fetch", "-q", str(self.bare), "main")
        git(self.desk.path, "checkout", "-q", "FETCH_HEAD")
        git(self.desk.path, "merge", "-q", "--no-ff", "-m", "on trial", "change")
        commit = git(self.desk.path, "rev-parse", "HEAD")
        git(self.desk.path, "push", "-q", "-f", str(self.bare), f"HEAD:refs/pull/{number}/merge")
        git(self.desk.path, "checkout", "-q", "change")
        return commit

    def merge(self, number: int) -> str:
        """Merge the branch; the commit on main."""
        git(self.desk.path, "push", "-q", str(self.bare), "change:refs/heads/main")
        commit = git(self.desk.path, "rev-parse", "change")
        self.forge.merge(number, commit)
        return commit

    def describe_request(self, number: int, *, head: str = REPOSITORY) -> dict[str, Any]:
        """What an event of GitHub's says of the pull request."""
        sides = {"head": {"repo": {"full_name": head}}, "base": {"repo": {"full_name": REPOSITORY}}}
        return {"pull_request": {"number": number, **sides}}

    def list_states(self) -> list[str]:
        """The commits of the state branch."""
        listed = git(self.bare, "log", "--all", "--format=%H %D", "--simplify-by-decoration")
        return git(self.bare, "rev-list", STATE_BRANCH).split() if STATE_BRANCH in listed else []
