-- A state as the first format had it, after an apply of examples/quickstart; most of its people are left out.
BEGIN TRANSACTION;
CREATE TABLE event (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	external_account_id TEXT NOT NULL,
	external_event_id TEXT NOT NULL,
	object_id TEXT,
	fields JSON NOT NULL,
	roster_digests JSON NOT NULL,
	confirmed_at_ms BIGINT,
	upsert_call_id INTEGER,
	is_completion_intended BOOLEAN NOT NULL,
	completed_at_ms BIGINT,
	completion_plan_digest TEXT,
	completion_approved_by TEXT,
	updated_at_ms BIGINT NOT NULL,
	UNIQUE (external_account_id, external_event_id)
);
INSERT INTO "event" VALUES(1,'CookingCo','virtual-cooking-2026-11','210000000001','{"eventName": "Virtual cooking class", "eventOrganizer": "Chef Joe", "eventType": "WORKSHOP", "startDateTime": "2026-11-30T16:00:00Z", "endDateTime": "2026-11-30T17:30:00Z", "eventDescription": "Join us for a virtual cooking class! Yum.", "eventUrl": "https://cooking.example/class", "eventCancelled": false, "customProperties": {"property1": "1234"}}','{}',1795673913333,NULL,0,NULL,NULL,NULL,1795673913362);
CREATE TABLE header (
	id SMALLINT NOT NULL,
	format_version INTEGER NOT NULL,
	lineage VARCHAR(36) NOT NULL,
	serial BIGINT NOT NULL,
	portal BIGINT,
	environment TEXT,
	identity_fingerprint VARCHAR(64) NOT NULL,
	identity_key BLOB,
	created_at_ms BIGINT NOT NULL,
	PRIMARY KEY (id)
);
INSERT INTO "header" VALUES(1,1,'a36cd5f9-03a0-457c-b749-38c257b2e615',1,NULL,NULL,'6d994061c608899e3f837b56468528a7bfae13bb49ac329bc0765d5767e12330',X'42BA5FC57D33286AABD62F036B4D975B9AAE2CE4055B5D0D6ED824F20CA41645',1795673913227);
CREATE TABLE journal (
	id INTEGER NOT NULL,
	run_number INTEGER NOT NULL,
	event_id INTEGER,
	keys JSON NOT NULL,
	kind TEXT NOT NULL,
	round INTEGER,
	state SMALLINT,
	row_count INTEGER NOT NULL,
	intended_at_ms BIGINT NOT NULL,
	finished_at_ms BIGINT,
	result TEXT,
	error TEXT,
	status SMALLINT,
	correlation_id TEXT,
	PRIMARY KEY (id)
);
INSERT INTO "journal" VALUES(1,1,NULL,'[["CookingCo", "virtual-cooking-2026-11"]]','upsert',NULL,NULL,0,1795673913308,1795673913333,'done',NULL,NULL,NULL);
INSERT INTO "journal" VALUES(2,1,1,'[["CookingCo", "virtual-cooking-2026-11"]]','record',1,0,15,1795673913344,1795673913351,'done',NULL,NULL,NULL);
INSERT INTO "journal" VALUES(3,1,1,'[["CookingCo", "virtual-cooking-2026-11"]]','record',2,2,2,1795673913354,1795673913362,'done',NULL,NULL,NULL);
CREATE TABLE lease (
	id SMALLINT NOT NULL,
	epoch BIGINT NOT NULL,
	user TEXT,
	host TEXT,
	pid BIGINT,
	process_mark TEXT,
	command TEXT,
	run_id TEXT,
	ci_url TEXT,
	heartbeat_at_ms BIGINT,
	expires_at_ms BIGINT,
	PRIMARY KEY (id)
);
INSERT INTO "lease" VALUES(1,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE participation (
	event_id INTEGER NOT NULL,
	person BLOB NOT NULL,
	occurred_at_ms BIGINT NOT NULL,
	state SMALLINT NOT NULL,
	joined_at_ms BIGINT,
	left_at_ms BIGINT,
	contact_id BIGINT,
	outcome SMALLINT NOT NULL,
	call_id INTEGER,
	file_id INTEGER,
	line INTEGER NOT NULL,
	reason TEXT,
	category TEXT,
	status SMALLINT,
	correlation_id TEXT,
	PRIMARY KEY (event_id, person, occurred_at_ms)
)
 WITHOUT ROWID

;
INSERT INTO "participation" VALUES(1,X'06A95887F69444A91AAA7F0968F76B44',1794121663000,0,NULL,NULL,540000000001,0,2,1,13,NULL,NULL,NULL,NULL);
INSERT INTO "participation" VALUES(1,X'151F68D7BD09F19AFD881D1A648D6CAD',1793850571000,0,NULL,NULL,540000000002,0,2,1,8,NULL,NULL,NULL,NULL);
INSERT INTO "participation" VALUES(1,X'43360870CAC8E12266765D1400A90325',1793910374000,0,NULL,NULL,540000000003,0,2,1,9,NULL,NULL,NULL,NULL);
INSERT INTO "participation" VALUES(1,X'47FD381DC73469A144AB5593519FD09D',1793523600000,0,NULL,NULL,540000000004,0,2,1,2,NULL,NULL,NULL,NULL);
INSERT INTO "participation" VALUES(1,X'EF1108043F11750F941DC611A92200C0',1793523900000,0,NULL,NULL,540000000015,0,2,1,3,NULL,NULL,NULL,NULL);
INSERT INTO "participation" VALUES(1,X'EF1108043F11750F941DC611A92200C0',1795161600000,2,NULL,NULL,540000000015,0,3,1,3,NULL,NULL,NULL,NULL);
CREATE TABLE run (
	number INTEGER NOT NULL,
	id TEXT NOT NULL,
	user TEXT NOT NULL,
	host TEXT NOT NULL,
	pid BIGINT NOT NULL,
	"commit" TEXT,
	ci_url TEXT,
	command TEXT NOT NULL,
	started_at_ms BIGINT NOT NULL,
	ended_at_ms BIGINT,
	plan_digest TEXT NOT NULL,
	status TEXT NOT NULL,
	exit_code SMALLINT,
	requests INTEGER NOT NULL,
	events_upserted INTEGER NOT NULL,
	events_completed INTEGER NOT NULL,
	rows JSON NOT NULL,
	approvals JSON NOT NULL,
	PRIMARY KEY (number),
	UNIQUE (id)
);
INSERT INTO "run" VALUES(1,'ded6ab05','ana','ci-17',17610,NULL,NULL,'apply',1795673913299,1795673913363,'2086fd2bb9c5c7f6f52e26e6c6e359422c9b0717f32e8f5cedc63749733c6d8f','done',0,3,1,0,'{"confirmed": 17}','[]');
CREATE TABLE source_file (
	id INTEGER NOT NULL,
	path TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (path)
);
INSERT INTO "source_file" VALUES(1,'rosters/virtual-cooking.csv');
CREATE INDEX participation_leftover ON participation (event_id, call_id, outcome) WHERE outcome > 1;
CREATE INDEX journal_unfinished ON journal (id) WHERE result IS NULL;
CREATE INDEX journal_run ON journal (run_number);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('event',1);
COMMIT;
