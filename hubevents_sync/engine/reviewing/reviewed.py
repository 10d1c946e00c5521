"""Hold a plan that was just made against the one that was reviewed: it is that, or the rest of it, or nothing is sent.

What a plan has beyond its digest is checked first, and as early as it can be: a plan for another environment, account,
choice of events or state is another plan, whatever its digest.
"""

from dataclasses import dataclass

from hubevents_sync.engine.keeping.recorded import reading_state
from hubevents_sync.engine.planning.plan import Planning
from hubevents_sync.engine.workspace import Workspace
from hubevents_sync.errors import PlanMismatch
from hubevents_sync.model.event import EventKey
from hubevents_sync.model.instant import format_instant
from hubevents_sync.model.plan import Plan, PlanBasis
from hubevents_sync.model.project import Project
from hubevents_sync.model.run import Run, RunStatus
from hubevents_sync.plan.differences import find_differences, find_excess, is_same_completion, sets_anew

PLAN_AGAIN = "nothing was sent; plan again, and have that reviewed"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What somebody reviewed: a plan's *digest*, and the *plan* itself where it was saved; *name* is the file's."""

    digest: str
    plan: Plan | None = None
    name: str = ""

    def require_target(self, project: Project, *, is_retry: bool) -> None:
        """Raise PlanMismatch where the saved plan is for something else, before any of it is looked at."""
        if self.plan is None:
            return
        if self.plan.basis is PlanBasis.COMMIT:
            raise PlanMismatch(
                f"the plan {self.name} compares the files of two commits: it is there to be read, not to be applied",
                hint="plan where the state is, and have that reviewed",
            )
        found, wanted = self.plan, project
        if found.environment != wanted.environment:
            here, there = _name_environment(wanted.environment), _name_environment(found.environment)
            raise PlanMismatch(f"the plan {self.name} is for {there}, not for {here}", hint=PLAN_AGAIN)
        if found.portal != wanted.hubspot.portal:
            here, there = _name_portal(wanted.hubspot.portal), _name_portal(found.portal)
            raise PlanMismatch(f"the plan {self.name} is for {there}; the project names {here}", hint=PLAN_AGAIN)
        if found.is_retry != is_retry:
            kinds = ("a whole plan", "a retry")
            raise PlanMismatch(
                f"the plan {self.name} is {kinds[found.is_retry]}, and this apply is {kinds[is_retry]}",
                hint=f"nothing was sent; {'add' if found.is_retry else 'leave out'} --retry",
            )

    def match(self, workspace: Workspace, planning: Planning, *, before: Plan | None = None) -> Run | None:
        """The run that *planning* is the rest of; None where it is the whole of what was reviewed.

        *before* is a plan that was matched already and that *planning* must not go beyond: what a recovery finds can
        make a plan smaller only. Raises PlanMismatch for anything else.
        """
        plan = planning.plan
        if self.plan is not None:
            self._require_choice(self.plan, plan)
            self._require_lineage(self.plan, plan)
        if plan.digest == self.digest:
            return None
        run = planning.latest_run
        whole = self.plan or before
        goes_beyond = whole is not None and (sets_anew(plan, whole) or bool(find_excess(plan, whole)))
        if run is None or not self._is_unfinished(run, plan) or goes_beyond:
            raise self._mismatch(planning, self._find_run(workspace, planning))
        return run

    def _is_unfinished(self, run: Run, rest: Plan) -> bool:
        """*run* began what was reviewed, of the same files, and left the *rest* of it. Of one that was cut off the rest
        may be nothing: it did not get to say that it was done.
        """
        is_of_plan = self.digest in (run.plan_digest, run.reviewed_digest)
        is_of_files = rest.files_digest is not None and run.files_digest == rest.files_digest
        return is_of_plan and is_of_files and not (rest.is_empty and run.status is RunStatus.DONE)

    def completions(self, plan: Plan) -> frozenset[EventKey]:
        """The events of *plan* whose completion is due, and was in what was reviewed, due then or not.

        Where only the digest is known, that covers all of them: a plan with another completion has another digest, and
        so has every plan that this one could be the rest of.
        """
        due = (event for event in plan.events if event.completion is not None and event.completion.is_due)
        wanted = {event.key: event.completion for event in due}
        if self.plan is None:
            return frozenset(wanted)
        seen = {event.key: event.completion for event in self.plan.events}
        return frozenset(key for key, step in wanted.items() if is_same_completion(step, seen.get(key)))

    def _require_choice(self, reviewed: Plan, planned: Plan) -> None:
        if not reviewed.left_out and not planned.left_out:
            return
        then, now = _chosen(reviewed), _chosen(planned)
        if then != now:
            raise PlanMismatch(
                f"the plan {self.name} is of {_name_choice(then)}, and this apply of {_name_choice(now)}",
                hint=f"nothing was sent; {_say_flags(then)}",
            )

    def _require_lineage(self, reviewed: Plan, planned: Plan) -> None:
        if reviewed.lineage is not None and reviewed.lineage != planned.lineage:
            raise PlanMismatch(
                f"the plan {self.name} was made against another state: lineage {reviewed.lineage} then,"
                f" {planned.lineage or 'no state'} now",
                hint="nothing was sent; use the state that it was made against, or plan again and have that reviewed",
            )

    def _find_run(self, workspace: Workspace, planning: Planning) -> Run | None:
        with reading_state(workspace, planning.manifest.project) as state:
            return None if state is None else state.find_run_of_plan(self.digest)

    def _mismatch(self, planning: Planning, run: Run | None) -> PlanMismatch:
        if run is not None and run.status is RunStatus.DONE and planning.plan.is_empty:
            return PlanMismatch(
                f"the plan {self._short} was applied already, by {_name_run(run)}",
                hint="nothing was sent: there is nothing left to do",
            )
        lines = [f"this is not the plan that was reviewed ({self._short})"]
        if run is not None:
            verb = "applied" if run.status is RunStatus.DONE else "begun"
            lines.append(f"that was {verb} by {_name_run(run)}")
        if self.plan is not None:
            lines += find_differences(self.plan, planning.plan)
        else:
            lines.append(f"its digest is {planning.plan.digest}")
        return PlanMismatch("\n".join(lines), hint=PLAN_AGAIN)

    @property
    def _short(self) -> str:
        return self.name or self.digest[:12]


def say_goes_on(run: Run) -> str:
    """Which run an apply takes up, and why there is something to take up."""
    match run.status:
        case RunStatus.PAUSED:
            why = "was paused"
        case RunStatus.PARTIAL:
            why = "left rows that HubSpot did not take"
        case RunStatus.REFUSED:
            why = "left what an approval was missing for"
        case RunStatus.DONE:
            why = "left what was not due yet"
        case _:
            why = "was cut off"
    return f"going on with run {run.id}, which {why}"


def _chosen(plan: Plan) -> frozenset[EventKey] | None:
    """The events that were chosen; None for all."""
    return frozenset(event.key for event in plan.events) if plan.left_out else None


def _name_choice(chosen: frozenset[EventKey] | None) -> str:
    return "all events" if chosen is None else ", ".join(str(key) for key in sorted(chosen))


def _say_flags(chosen: frozenset[EventKey] | None) -> str:
    if chosen is None:
        return "leave out --event"
    return "give " + " ".join(f"--event {key}" for key in sorted(chosen))


def _name_environment(environment: str | None) -> str:
    return "the default environment" if environment is None else f"environment {environment}"


def _name_portal(portal: int | None) -> str:
    return "no HubSpot account" if portal is None else f"HubSpot account {portal}"


def _name_run(run: Run) -> str:
    ended = run.started_at_ms if run.ended_at_ms is None else run.ended_at_ms
    moment = format_instant(ended // 1000 * 1000)
    return f"run {run.id} of {run.actor.user}@{run.actor.host} ({run.status}, {moment})"
