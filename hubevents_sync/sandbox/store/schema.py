"""The account's tables. A file of an older format is upgraded when it is opened."""

# Ids beyond 32 bits, as real ones are: clients that keep them in an int32 break here and not in production.
_FIRST = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id INTEGER NOT NULL,
    external_account_id TEXT NOT NULL,
    external_event_id TEXT NOT NULL,
    name TEXT NOT NULL,
    organizer TEXT NOT NULL,
    type TEXT,
    description TEXT,
    url TEXT,
    start_ms INTEGER,
    end_ms INTEGER,
    cancelled INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    custom_properties TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (external_account_id, external_event_id, app_id)
);
CREATE INDEX events_to_settle ON events (id) WHERE settled = 0;
CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL UNIQUE,
    properties TEXT NOT NULL DEFAULT '{}',
    created_ms INTEGER NOT NULL
);
CREATE TABLE participations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL REFERENCES events (id),
    contact_id INTEGER NOT NULL REFERENCES contacts (id),
    state TEXT NOT NULL,
    occurred_ms INTEGER NOT NULL,
    joined_ms INTEGER,
    left_ms INTEGER,
    created_ms INTEGER NOT NULL,
    derived INTEGER NOT NULL DEFAULT 0,
    current INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX participations_by_event ON participations (event_id, id);
CREATE INDEX participations_by_contact ON participations (contact_id, event_id);
CREATE INDEX participations_now ON participations (event_id, state, current) WHERE current = 1;
INSERT INTO sqlite_sequence (name, seq)
VALUES ('events', 210000000000), ('contacts', 540000000000), ('participations', 730000000000);
"""
_SECOND = """
ALTER TABLE participations ADD COLUMN timeline INTEGER NOT NULL DEFAULT 1;
CREATE INDEX events_by_external_id ON events (external_event_id);
CREATE TABLE app_settings (
    app_id INTEGER PRIMARY KEY,
    event_details_url TEXT NOT NULL
);
CREATE TABLE tokens (
    digest TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    app_id INTEGER NOT NULL,
    expires_ms INTEGER,
    ended INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE lists (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);
CREATE TABLE event_lists (
    event_id INTEGER NOT NULL REFERENCES events (id),
    list_id TEXT NOT NULL REFERENCES lists (id),
    PRIMARY KEY (event_id, list_id)
);
CREATE TABLE property_definitions (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL,
    created_ms INTEGER NOT NULL
);
"""

# Entry n brings an account from format n to format n + 1.
UPGRADES = (_FIRST, _SECOND)
SCHEMA = "".join(UPGRADES)
FORMAT_VERSION = len(UPGRADES)
