"""The tables of the state, the same in every database, and the numbers that stand for words in them."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from hubevents_sync.model.outcome import Outcome
from hubevents_sync.model.participation import AttendanceState

# Written into files that outlive this version: append, never renumber. A million rows say each of these words.
STATES = (AttendanceState.REGISTERED, AttendanceState.ATTENDED, AttendanceState.CANCELLED)
OUTCOMES = (
    Outcome.CONFIRMED,
    Outcome.REPEATED,
    Outcome.UNCONFIRMED,
    Outcome.REJECTED,
    Outcome.NOT_ATTEMPTED,
    Outcome.INTENDED,
)
STATE_CODES = {state: code for code, state in enumerate(STATES)}
OUTCOME_CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
LAST_AT_HUBSPOT = OUTCOME_CODES[Outcome.REPEATED]

# Sorted by code point everywhere: a server's own order goes by the language it was set up for.
KEY_TEXT = Text().with_variant(Text(collation="C"), "postgresql")

metadata = MetaData()

header = Table(
    "header",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, comment="always 1"),
    Column("format_version", Integer, nullable=False),
    Column("lineage", String(36), nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("portal", BigInteger),
    Column("environment", Text),
    Column("identity_fingerprint", String(64), nullable=False),
    Column("identity_key", LargeBinary, comment="NULL where HUBEVENTS_IDENTITY_KEY holds it"),
    Column("created_at_ms", BigInteger, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, comment="always 1"),
    Column("epoch", BigInteger, nullable=False),
    Column("user", Text, comment="NULL where nobody holds it"),
    Column("host", Text),
    Column("pid", BigInteger),
    Column("process_mark", Text, comment="tells this process from a later one of the same pid"),
    Column("command", Text),
    Column("run_id", Text),
    Column("ci_url", Text),
    Column("heartbeat_at_ms", BigInteger),
    Column("expires_at_ms", BigInteger),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("external_account_id", KEY_TEXT, nullable=False),
    Column("external_event_id", KEY_TEXT, nullable=False),
    Column("object_id", Text),
    Column("fields", JSON, nullable=False, comment="as HubSpot confirmed them"),
    Column("roster_digests", JSON, nullable=False, comment="of format 1; {}"),
    Column("confirmed_at_ms", BigInteger, comment="NULL until HubSpot confirms the event once"),
    Column("upsert_call_id", Integer, comment="the upsert whose answer is not known"),
    Column("is_completion_intended", Boolean, nullable=False, default=False),
    Column("completed_at_ms", BigInteger),
    Column("completion_plan_digest", Text),
    Column("completion_approved_by", Text),
    Column("updated_at_ms", BigInteger, nullable=False),
    UniqueConstraint("external_account_id", "external_event_id"),
    sqlite_autoincrement=True,  # the number of an event that is forgotten is never given to another
)

roster_index = Table(
    "roster_index",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=False),
    Column("fingerprint", Text, nullable=False),
    Column("files", JSON, nullable=False, comment="SHA-256 by path"),
    Column("people", Integer, nullable=False),
    Column("entries", LargeBinary, nullable=False, comment="in columns; a multiple of 33 bytes"),
    Column("watched", LargeBinary, nullable=False, comment="people, 16 bytes each"),
)

event_receipt = Table(
    "event_receipt",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=False, comment="the table is there since format 3"),
    Column("digest", Text, nullable=False, comment="of all that the event's plan was made of"),
    Column("people", Integer, nullable=False),
    Column("recorded_people", Integer, nullable=False),
    Column("people_left", Integer, nullable=False),
    Column("notes", JSON, nullable=False),
)

app_settings = Table(
    "app_settings",
    metadata,
    Column("app_id", BigInteger, primary_key=True, autoincrement=False, comment="the table is there since format 2"),
    Column("event_details_url", Text, comment="as HubSpot confirmed it; NULL until it does once"),
    Column("intended_url", Text, comment="was sent later, and is not confirmed"),
    Column("updated_at_ms", BigInteger, nullable=False),
)

source_file = Table(
    "source_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
)

participation = Table(
    "participation",
    metadata,
    Column("event_id", Integer, primary_key=True, autoincrement=False),
    Column("person", LargeBinary(16), primary_key=True),
    Column("occurred_at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("state", SmallInteger, nullable=False, comment="place in STATES"),
    Column("joined_at_ms", BigInteger),
    Column("left_at_ms", BigInteger),
    Column("contact_id", BigInteger),
    Column("outcome", SmallInteger, nullable=False, comment="place in OUTCOMES"),
    Column("call_id", Integer, comment="the journal's entry that last spoke of it, and by it the run"),
    Column("file_id", Integer),
    Column("line", Integer, nullable=False),
    Column("reason", Text),
    Column("category", Text),
    Column("status", SmallInteger),
    Column("correlation_id", Text),
    sqlite_with_rowid=False,  # the rows of an event lie side by side, in the order in which they are read
)

# Compared with a literal, not a parameter: only so does SQLite see that the index below holds every such row.
IS_LEFTOVER: ColumnElement[bool] = participation.c.outcome > literal_column(str(LAST_AT_HUBSPOT), SmallInteger)
IS_AT_HUBSPOT: ColumnElement[bool] = participation.c.outcome <= literal_column(str(LAST_AT_HUBSPOT), SmallInteger)

Index(
    "participation_leftover",
    participation.c.event_id,
    participation.c.call_id,
    participation.c.outcome,
    sqlite_where=IS_LEFTOVER,
)

run = Table(
    "run",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("commit", Text),
    Column("ci_url", Text),
    Column("command", Text, nullable=False),
    Column("started_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("plan_digest", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("exit_code", SmallInteger),
    Column("requests", Integer, nullable=False),
    Column("events_upserted", Integer, nullable=False),
    Column("events_completed", Integer, nullable=False),
    Column("rows", JSON, nullable=False),
    Column("approvals", JSON, nullable=False),
    Column("files_digest", Text, comment="from here on since format 2"),
    Column("reviewed_digest", Text),
    Column("pull_request", Text),
    Column("serial", BigInteger, comment="the state's, as the run or the settling of what it left open put it last"),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_number", Integer, nullable=False),
    Column("event_id", Integer, comment="NULL for an upsert, which is about several"),
    Column("keys", JSON, nullable=False, comment="kept here too: it outlives the event"),
    Column("kind", Text, nullable=False),
    Column("round", Integer),
    Column("state", SmallInteger, comment="place in STATES"),
    Column("row_count", Integer, nullable=False),
    Column("intended_at_ms", BigInteger, nullable=False),
    Column("finished_at_ms", BigInteger),
    Column("result", Text, comment="NULL where the call was cut off"),
    Column("error", Text),
    Column("status", SmallInteger),
    Column("correlation_id", Text),
    Column("in_flight", LargeBinary, comment="its rows until it has a result, packed; since format 3"),
)
Index("journal_run", journal.c.run_number)
Index(
    "journal_unfinished",
    journal.c.id,
    sqlite_where=journal.c.result.is_(None),
)
