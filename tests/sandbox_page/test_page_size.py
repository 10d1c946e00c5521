"""The page of a large account is as small as that of a small one: what it shows is bounded by pages."""

from pathlib import Path

import httpx

from hubevents_sync.sandbox.server import running_sandbox
from hubevents_sync.sandbox.store.database import open_database

NOW_MS = 1_796_054_400_000  # 2026-11-30T16:00:00Z
PEOPLE = 100_000
PATHS = (
    "/?sort=attended",
    "/page/events/1",
    "/page/events/1?page=2000",
    "/page/events/1?state=ATTENDED&q=guest99",
    "/page/contacts?q=9999",
    "/page/contacts/5",
)


def fill(file: Path) -> None:
    """One event with a hundred thousand participants, spread over a month before it."""
    database = open_database(file)
    states = ("REGISTERED", "CANCELLED", "ATTENDED")
    with database.transaction() as connection:
        connection.execute(
            "INSERT INTO events (id, app_id, external_account_id, external_event_id, name, organizer, start_ms, end_ms,"
            " created_ms, updated_ms) VALUES (1, 1234567, 'CookingCo', 'large', 'Large', 'Joe', ?, ?, ?, ?)",
            (NOW_MS, NOW_MS + 7_200_000, NOW_MS, NOW_MS),
        )
        connection.executemany(
            "INSERT INTO contacts (id, email, created_ms) VALUES (?, ?, ?)",
            ((number, f"guest{number}@example.com", NOW_MS) for number in range(1, PEOPLE + 1)),
        )
        connection.executemany(
            "INSERT INTO participations (event_id, contact_id, state, occurred_ms, created_ms) VALUES (1, ?, ?, ?, ?)",
            ((n, states[n % 3], NOW_MS - n * 7919 % PEOPLE * 30_000, NOW_MS) for n in range(1, PEOPLE + 1)),
        )
    database.close()


def test_a_hundred_thousand_participations_are_shown_in_pages_of_bounded_size(tmp_path: Path) -> None:
    fill(tmp_path / "account.db")
    with (
        running_sandbox(data=tmp_path / "account.db", clock=lambda: NOW_MS) as sandbox,
        httpx.Client(base_url=sandbox.base_url, timeout=30) as http,
    ):
        for path in PATHS:
            answer = http.get(path)
            assert answer.status_code == 200, path
            assert len(answer.content) < 200_000, path
