"""The page that says what the sandbox does as HubSpot does it, and how sure that is."""

from collections import Counter

from hubevents_sync.sandbox.page.asked import Asked, View

EVIDENCE = {
    "measured": "somebody saw the real HubSpot do it",
    "documented": "HubSpot says so",
    "chosen": "nobody knows: it is our choice, and no statement about HubSpot",
}


def show_behaviours(asked: Asked) -> View:
    """All behaviours by section; ``evidence`` chooses some."""
    evidence, found = asked.word("evidence", allowed=EVIDENCE), asked.sources.read_behaviours()
    sections = {
        name: [each for each in behaviours if evidence in ("", each.evidence)] for name, behaviours in found.items()
    }
    values = {
        "sections": {name: behaviours for name, behaviours in sections.items() if behaviours},
        "counts": Counter(each.evidence for behaviours in found.values() for each in behaviours),
        "evidence": evidence,
        "kinds": EVIDENCE,
        "place": asked.place,
    }
    return View("behaviours.html", "Behaviours", "behaviours", values)
