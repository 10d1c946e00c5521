"""The page with the fault switches: what goes wrong on purpose, and what can be made to."""

from dataclasses import dataclass

from hubevents_sync.sandbox.page.asked import Asked, View


@dataclass(frozen=True, slots=True)
class Preset:
    """A rule behind one switch: *text* is written as the control endpoint writes it back, so that it is known again."""

    name: str
    text: str
    meaning: str


PRESETS = (
    Preset("Ten-second limit", "any: 429 20%", "A fifth of all requests is one too many."),
    Preset("Daily quota", "any: 429 daily", "The day's requests are used up, whatever comes."),
    Preset("Locked", "any: 423 5%", "Some requests find what they want locked."),
    Preset("Migration", "any: 477 retry-after 5 once", "The next request is told to wait five seconds."),
    Preset("Error before", "any: 503 10%", "A tenth fails, and nothing of it is stored."),
    Preset("Error after", "any: 502 10% after", "A tenth is stored, and the answer says that it failed."),
    Preset("Cut before", "any: cut 5%", "Some connections close without an answer, and nothing is stored."),
    Preset("Cut after", "any: reset 5% after", "Some are reset when all is stored, before the answer."),
    Preset("Half an answer", "any: truncate 5%", "Some bodies end in the middle."),
    Preset("Slow", "any: slow 2s", "Each answer takes two seconds longer."),
    Preset(
        "Silent drops", "attendance: drop every 9", "Each ninth row is dropped, and the answer is 2xx all the same."
    ),
    Preset("Phantom rows", "attendance: phantom every 9", "Each ninth row is confirmed, and not stored."),
    Preset("Empty upsert", "upsert: empty once", "The next upsert is answered with 2xx and nothing else is done."),
    Preset("Rejected rows", "attendance: reject every 9", "Each ninth row is refused, the others are stored."),
)


def show_faults(asked: Asked) -> View:
    """The switches, the rules in force, and a field for a rule of one's own; ``rule`` is one that can't be read."""
    faults, rule = asked.sources.read_faults(), asked.text("rule")
    by_text = {fault.text: fault for fault in reversed(faults.in_force)}
    values = {
        "faults": faults,
        "rule": rule,
        "complaint": faults.complain(rule) if rule else "",
        "switches": [(preset, by_text.get(preset.text)) for preset in PRESETS],
    }
    return View("faults.html", "Faults", "faults", values)
