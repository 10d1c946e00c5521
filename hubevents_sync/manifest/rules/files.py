"""The rules of files as such, of YAML, of the schemas, and of the project file."""

from hubevents_sync.manifest.rules.rule import Rule
from hubevents_sync.model.finding import Severity


def _error(id_: str, title: str, prevents: str) -> Rule:
    return Rule(id_, Severity.ERROR, title, prevents)


def _warning(id_: str, title: str, prevents: str) -> Rule:
    return Rule(id_, Severity.WARNING, title, prevents)


# Bytes

UNREADABLE_FILE = _error(
    "unreadable-file",
    "A file can be opened and read.",
    "A file that was skipped would look like one whose events were removed.",
)
ENCODING = _error(
    "encoding",
    "A file is UTF-8; a byte order mark is fine.",
    "A spreadsheet's Latin-1 or UTF-16 makes other names of people's names, and HubSpot keeps them.",
)
NUL = _error("nul", "A file holds no NUL byte.", "Some parsers drop all that follows one in silence.")
EMPTY_FILE = _error(
    "empty-file",
    "A file has content.",
    "An export that failed leaves a file of no bytes, which would mean that everything was removed.",
)

# YAML

YAML_SYNTAX = _error(
    "yaml-syntax", "A file is YAML.", "A tab, a stray quote or a colon too many changes what belongs to what."
)
SECOND_DOCUMENT = _error(
    "second-document", "A file holds one document.", "What follows a second --- would be dropped in silence."
)
DUPLICATE_KEY = _error(
    "duplicate-key",
    "A key stands once in a mapping.",
    "YAML and JSON readers let the last of two equal keys win: the first value would be gone in silence.",
)
KEY_NOT_TEXT = _error(
    "key-not-text", "A key is text.", "A list or nothing at all as a key is a slip of the indentation."
)
MERGE_KEY = _error(
    "merge-key",
    "There are no merge keys (<<).",
    "YAML 1.2 has none: one reader merges them, another takes << for a field.",
)
TAG = _error(
    "tag",
    "A value has no tag but those of YAML's core types.",
    "Tags such as !!python/object make some readers run what a file says.",
)
ALIAS = _error(
    "alias", "An alias stands for a value that comes before it.", "A misspelt alias would stand for nothing."
)
ALIAS_EXPANSION = _error(
    "alias-expansion",
    "A file's aliases stand for at most 10,000 values.",
    "Ten lines of aliases of aliases can stand for a thousand million values and fill any memory.",
)
NESTING = _error(
    "nesting",
    "A file is nested at most 32 levels deep.",
    "A file that is nested thousands of levels deep brings readers down.",
)
TOO_LARGE = _error(
    "too-large",
    "A project or event file has at most 1,000,000 values.",
    "An export in the wrong place would fill the memory; rosters are streamed and may be larger.",
)
CONTROL_CHARACTER = _error(
    "control-character",
    "Text holds no control characters but tabs and line breaks.",
    "They come from copying out of other programs, can't be seen, and rewrite what a terminal shows.",
)

# Schema

UNKNOWN_FIELD = _error(
    "unknown-field", "Every field is a known one.", "A misspelt field would be passed over: an event without its end."
)
MISSING_FIELD = _error(
    "missing-field", "What HubSpot requires is there.", "HubSpot would answer 400 in the middle of an apply."
)
NO_VALUE = _error(
    "no-value",
    "A field that is there has a value.",
    "Nothing could mean clear it or leave it; HubSpot does not say what it does with null.",
)
WRONG_TYPE = _error(
    "wrong-type",
    "A value is of the type that its field takes.",
    "A list where text belongs would be sent as something else.",
)
NOT_ALLOWED = _error(
    "not-allowed",
    "A value is one of those that its field takes.",
    "removals: delete would mean whatever a default says.",
)
OUT_OF_RANGE = _error(
    "out-of-range", "A number is within its bounds.", "An id of 27 digits overflows on its way and becomes another id."
)
LENGTH = _error(
    "length", "A text or list is neither empty nor too long where that makes no sense.", "An event without a name."
)
BAD_NAME = _error(
    "bad-name", "A name of your own has a form that works everywhere.", "An environment's name becomes a file's."
)

# The project file

NO_PROJECT = _error(
    "no-project", "A project has one hubevents.yaml.", "In the wrong folder, an empty project would be planned."
)
UNKNOWN_ENVIRONMENT = _error(
    "unknown-environment", "--env names an environment of the project.", "staging misspelt would go to production."
)
SHARED_STATE = _error(
    "shared-state",
    "Each environment has a state of its own.",
    "What was applied to staging would count as done in production.",
)
UNSET_VARIABLE = _error(
    "unset-variable",
    "A variable that a setting names is set.",
    "An empty portal or account would be sent, or pin nothing.",
)
BAD_VARIABLE = _error("bad-variable", "${ begins the name of a variable.", "A typing error would be sent as text.")
LITERAL_SECRET = _warning(
    "literal-secret",
    "A token stands in a variable, not in the project file.",
    "A committed token is anybody's; HubSpot switches off those it finds on GitHub.",
)
TOKEN_AND_OAUTH = _error(
    "token-and-oauth", "hubspot has a token or oauth, not both.", "Nobody could tell which account is written to."
)
REFRESH_TOKEN_AND_STORE = _error(
    "refresh-token-and-store",
    "hubspot.oauth has a refresh_token or a token_store, not both.",
    "A token that HubSpot has replaced would be used again, in place of the one that was kept.",
)
UNKNOWN_TIMEZONE = _error(
    "unknown-timezone", "timezone is a name of the IANA list.", "An abbreviation such as CST is any of three zones."
)
BAD_URL = _error(
    "bad-url", "A URL names a host.", "HubSpot would refuse it in the middle of an apply, or link to nowhere."
)
PLAIN_HTTP = _error(
    "plain-http",
    "base_url, eventDetailsUrl and the webhook's url are https, but on this machine.",
    "The token, or what a run did, would cross the network in the clear; HubSpot takes no http for settings.",
)
DETAILS_URL = _error(
    "details-url",
    "eventDetailsUrl has %s once, where the event's id goes.",
    "HubSpot would refuse the settings in the middle of an apply, or ask one address for every event.",
)
PATTERN_OUTSIDE = _error(
    "pattern-outside",
    "Patterns of event files stay inside the project.",
    "Somebody else's files would be applied, and the same commit would mean other things elsewhere.",
)
MISSING_FOLDER = _warning(
    "missing-folder", "A folder of roster_roots is there.", "A misspelt folder makes every roster in it look misplaced."
)

# Event files

NO_EVENT_FILES = _error(
    "no-event-files",
    "The patterns under events match a file.",
    "With a misspelt pattern every event would look removed from the files.",
)
UNMATCHED_PATTERN = _warning(
    "unmatched-pattern", "Each pattern under events matches a file.", "A misspelt pattern leaves out events in silence."
)
FILE_OUTSIDE = _error(
    "file-outside",
    "An event file lies inside the project, behind symbolic links too.",
    "A link could make any file of a build machine part of a plan.",
)
