"""Send rosters with HubSpot's official client, hubspot-api-client, as a script does it: no check, no state, no journal.

    python tests/benchmarks/shared/official.py BASE_URL ROSTERS BATCH

ROSTERS is a folder of CSV files, each an event's; BATCH is how many rows go into one call.
"""

import csv
import sys
from datetime import datetime
from itertools import islice
from pathlib import Path

from hubspot import HubSpot  # type: ignore[import-untyped]  # it has no types

ACCOUNT = "CookingCo"


def send(base_url: str, rosters: Path, batch: int) -> None:
    """Upsert each event, then send its rows, one call after the other."""
    client = HubSpot(access_token="pat-test-0000", host=base_url, base_url=base_url)
    events = client.marketing.events
    for path in sorted(rosters.glob("*.csv")):
        event = {
            "externalAccountId": ACCOUNT,
            "externalEventId": path.stem,
            "eventName": path.stem,
            "eventOrganizer": "Chef Joe",
            "startDateTime": "2026-05-30T16:00:00Z",
            "endDateTime": "2026-05-30T17:30:00Z",
            "customProperties": [],
        }
        events.batch_api.upsert({"inputs": [event]})
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            while rows := list(islice(reader, batch)):
                inputs: list[dict[str, object]] = [
                    {
                        "email": row["email"],
                        "interactionDateTime": round(datetime.fromisoformat(row["registered"]).timestamp() * 1000),
                        "properties": {},
                        "contactProperties": {},
                    }
                    for row in rows
                ]
                answer = events.add_event_attendees_api.record_by_contact_emails(
                    path.stem, "register", {"inputs": inputs}, external_account_id=ACCOUNT
                )
                if len(answer.results) != len(inputs):
                    raise SystemExit(f"{len(answer.results)} of {len(inputs)} rows were taken")


if __name__ == "__main__":
    send(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
