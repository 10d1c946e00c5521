"""The rules of rosters: what HubSpot drops in silence, and what people get wrong in lists of attendees."""

from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.model.finding import Severity


def _error(id_: str, title: str, prevents: str) -> Rule:
    return Rule(id_, Severity.ERROR, title, prevents)


def _warning(id_: str, title: str, prevents: str) -> Rule:
    return Rule(id_, Severity.WARNING, title, prevents)


# The file

ROSTER_FORMAT = _error(
    "roster-format",
    "A roster's name ends in .yaml, .yml, .csv, .ndjson or .jsonl.",
    "A spreadsheet named as the roster is read as text, and every row of it is an error.",
)
ROSTER_TWICE = _error(
    "roster-twice",
    "An event names each roster file once.",
    "With the same file twice, everybody in it is there twice.",
)
ROSTER_SHAPE = _error(
    "roster-shape",
    "A YAML roster is a mapping with one key, `attendees`, that holds a list.",
    "A list under another name would be read as nobody, and an event would lose its attendees.",
)
EMPTY_FILE = _error(
    "empty-file",
    "A file has content.",
    "An export that failed leaves a file of no bytes, which would mean that everybody left the event.",
)
LINE_TOO_LONG = _error(
    "line-too-long",
    "A line of a CSV or NDJSON roster has at most a million characters.",
    "A file of another kind, named .csv, would be loaded into memory whole.",
)
TOO_MANY_ERRORS = _error(
    "too-many-errors",
    "Reading an event's rosters ends after 1,000 errors.",
    "One wrong column makes an error of every row, and the one that matters is lost among a million.",
)
MORE_OF_THE_SAME = _warning(
    "more-of-the-same",
    "The first 20 warnings of a rule are shown for each roster, the others counted.",
    "A roster that is recorded after its event has a warning a row, and real errors go down in them.",
)
DUPLICATE_KEY = _error(
    "duplicate-key",
    "A key stands once in a mapping.",
    "YAML and JSON readers let the last of two equal keys win: the first registration would be gone in silence.",
)
ALIAS_IN_ROSTER = _error(
    "alias-in-roster",
    "A roster has no anchors (&name) and no aliases (*name).",
    "A few lines of aliases can stand for billions of entries.",
)
TAG_IN_ROSTER = _error(
    "tag-in-roster",
    "A roster has no tags (!name).",
    "Some readers run code for a tag such as !!python/object.",
)
NESTING = _error(
    "nesting",
    "A roster's entries are nested no deeper than eight levels.",
    "Thousands of opening brackets exhaust a reader's stack.",
)
CSV_SEPARATOR = _error(
    "csv-separator",
    "The cells of a CSV roster are separated by commas.",
    "Spreadsheets of many countries save CSV with semicolons, and each row is one long cell.",
)
CSV_HEADER = _error(
    "csv-header",
    "A CSV roster begins with a header of known columns, each once, email or vid among them.",
    "Without a header the first attendee is read as one, and the cells of the others mean nothing.",
)
CSV_CELLS = _error(
    "csv-cells",
    "Each row of a CSV roster has as many cells as its header.",
    "One comma too many moves a time into the next column.",
)
CSV_QUOTES = _error(
    "csv-quotes",
    "A quote that opens a cell is closed before the next comma or line end.",
    "A quote left open swallows the rows after it, in silence.",
)
JSON_SYNTAX = _error(
    "json-syntax",
    "Each line of an NDJSON roster is one JSON object.",
    "A file cut off in the middle of a line would lose its last attendee.",
)

# The entry

ENTRY_SHAPE = _error(
    "entry-shape",
    "An entry has the fields and the types that the roster's schema names.",
    '`attended: "true"` is a text, and HubSpot would be told nothing.',
)
UNKNOWN_FIELD = _error(
    "unknown-field",
    "A field has a name that is known.",
    "A misspelt `canceled` would leave somebody registered.",
)
NO_SHOW = _error(
    "no-show",
    "NO_SHOW is not declared: HubSpot derives it from who registered and did not attend.",
    "HubSpot answers 400 to any state but register, attend and cancel, and refuses the whole batch.",
)
IDENTITY = _error(
    "email-or-vid",
    "An entry names its person by `email` or by `vid`, and not by both.",
    "Where the two belong to different contacts, one of them would be registered by mistake.",
)
BAD_EMAIL = _error(
    "bad-email",
    "An e-mail address is one that could exist.",
    "HubSpot creates a contact for it, or drops the row and answers with success.",
)
BAD_VID = _error(
    "bad-vid",
    "A `vid` is a contact's id: a whole number above 0 of at most 64 bits.",
    "A spreadsheet turns a long id into 5.4E+11, and the row belongs to nobody.",
)
CONTACT_WITH_VID = _error(
    "contact-with-vid",
    "`contact` stands beside `email` only.",
    "HubSpot uses these values only where it creates the contact; one that has an id keeps its own, in silence.",
)
NOTHING_DECLARED = _error(
    "nothing-declared",
    "An entry says when its person registered, cancelled or attended.",
    "Somebody who is only named is never sent to HubSpot.",
)
SAME_PERSON_TWICE = _error(
    "same-person-twice",
    "A person stands once in an event's rosters; e-mail addresses compare without case.",
    "Two entries contradict each other, and which of them wins depends on their order.",
)

# The times

ATTENDANCE_ENDS = _error(
    "attendance-ends",
    "An attendance has both `joinedAt` and `leftAt`.",
    "HubSpot answers 200 to an attendance with one of them, and stores nothing.",
)
ATTENDANCE_ORDER = _error(
    "attendance-order",
    "`leftAt` is later than `joinedAt`.",
    "HubSpot rejects the row: joinedAt param must be earlier than leftAt.",
)
ATTENDANCE_TOO_SHORT = _error(
    "attendance-too-short",
    "An attendance lasts a second at least.",
    "HubSpot confirms a shorter one, and stores nothing.",
)
ATTENDANCE_WITHOUT_EVENT_TIMES = _error(
    "attendance-without-event-times",
    "`attended: true` means the whole event, which then needs `startDateTime` and `endDateTime`.",
    "An attendance has to have both ends, and there is nothing to take them from.",
)
ATTENDED_TWICE = _error(
    "attended-twice",
    "A CSV row says `attended` or has `joinedAt` and `leftAt`, not both.",
    "The whole event and a part of it contradict each other.",
)
SAME_TIME_TWICE = _error(
    "same-time-twice",
    "No two interactions of a person have the same time.",
    "Contact and time are HubSpot's idempotency key: it takes the second for a repeat, and drops it in silence.",
)
REGISTERED_AFTER_END = _warning(
    "registered-after-end",
    "People register before the event is over.",
    "HubSpot records a registration after the end as NO_SHOW.",
)
ATTENDANCE_OUTSIDE_EVENT = _warning(
    "attendance-outside-event",
    "An attendance overlaps with its event.",
    "A wrong day or a wrong time zone gives attendance times that HubSpot computes durations from.",
)
CANCELLED_BEFORE_REGISTERED = _warning(
    "cancelled-before-registered",
    "A person cancels after the first registration.",
    "Interactions are sent in the order of their times, so that the person ends up registered.",
)

ROSTER_RULES = tuple(value for value in tuple(globals().values()) if isinstance(value, Rule))
