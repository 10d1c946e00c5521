"""The rosters of a plan in a comment: a table by event, and one by e-mail domain."""

from hubevents_sync.model.plan import DomainCount, Plan
from hubevents_sync.render.comment import Frame, Piece, Worth, bullets, fold, table
from hubevents_sync.render.markup import write_items, write_name, write_prose, write_row, write_text
from hubevents_sync.render.outline import RosterLine, Section
from hubevents_sync.render.rosters import say_difference, say_moves
from hubevents_sync.render.wording import say_count

BY_EVENT = ("Event", "People", "Before", "±", "Joined", "Left", "Changed")
BY_DOMAIN = ("Event", "Domain", "Joined", "Left", "Changed")


def draw_rosters(section: Section, plan: Plan) -> Frame:
    """Who joined, left and changed, folded below the sums."""
    lines = section.rosters
    total = DomainCount(
        "",
        joined=sum(line.joined for line in lines),
        changed=sum(line.changed for line in lines),
        left=sum(line.left for line in lines),
    )
    said = f"{say_moves(total)} in {say_count(len(lines), 'event')}" if lines else ""
    people = [Piece(_table_row(line), Worth.NOTES, "table row") for line in lines]
    domains = [
        Piece(_domain_row(line, domain), Worth.DOMAINS, "e-mail domain") for line in lines for domain in line.domains
    ]
    parts: list[Frame] = []
    if people:
        parts.append(table(write_row(BY_EVENT, range(1, 7), tag="th"), people))
    if domains:
        parts.append(fold("By e-mail domain", [table(write_row(BY_DOMAIN, range(2, 5), tag="th"), domains)]))
    if plan.shared_people:
        text = write_prose(section.entries[-1].text)
        parts.append(bullets([Piece(item, Worth.NOTES, "remark") for item in write_items([text])]))
    return Frame("\n", [fold(f"<b>{section.title}</b>{f': {said}' if said else ''}", parts)], "")


def _table_row(line: RosterLine) -> str:
    before = f"{line.before:,}" if line.before else ""
    difference = say_difference(line) if line.before else ""
    cells = (write_name(line.event), f"{line.people:,}", before, difference, *_say_counts(line))
    return write_row(cells, range(1, 7))


def _domain_row(line: RosterLine, domain: DomainCount) -> str:
    return write_row((write_name(line.event), write_text(domain.domain), *_say_counts(domain)), range(2, 5))


def _say_counts(line: RosterLine | DomainCount) -> list[str]:
    return [f"{count:,}" if count else "" for count in (line.joined, line.left, line.changed)]
