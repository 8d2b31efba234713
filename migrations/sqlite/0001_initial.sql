-- The archive as the first release keeps it.
--
-- Times are INTEGER microseconds since 1970-01-01 UTC. Digests are SHA-256 in lower-case hex.
-- A channel is known by Telegram's bare id, a post for ever by (channel_id, post_id).
-- Tables of the past (revisions, tombstones, samples, facts, flags, reposts) only grow: triggers at the end refuse the rest.

-- One life of the bot process; between ended_at (or the last beat) and the next started_at we were blind.
CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    beat_at INTEGER NOT NULL,            -- last sign of life; a killed run has no ended_at
    ended_at INTEGER,
    version TEXT NOT NULL,               -- of this program
    layer INTEGER NOT NULL,              -- of Telegram's schema
    rulebook_digest TEXT REFERENCES rulebooks (digest)  -- that it flagged by; NULL: by none
) STRICT;

-- An account that we sign in with. pts, qts, date, seq: how far its own events were read.
CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    detail TEXT,
    changed_at INTEGER NOT NULL,
    pts INTEGER,
    qts INTEGER,
    date INTEGER,
    seq INTEGER
) STRICT;

-- Telegram's wish that an account leaves a method alone until a time.
CREATE TABLE flood_holds (
    account_id INTEGER NOT NULL,
    method TEXT NOT NULL,
    noticed_at INTEGER NOT NULL,
    seconds REAL NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (account_id, method, noticed_at)
) STRICT, WITHOUT ROWID;

-- How often a scarce method was called on a day (UTC, YYYY-MM-DD): the budgets outlive a restart.
CREATE TABLE call_days (
    account_id INTEGER NOT NULL,
    method TEXT NOT NULL,
    day TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (account_id, method, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE channels (
    channel_id INTEGER PRIMARY KEY,
    first_observed_at INTEGER NOT NULL
) STRICT;

-- The watch list. channel_id is NULL until the handle was resolved; refusal says why it can't be watched.
CREATE TABLE watches (
    handle TEXT PRIMARY KEY,             -- lower case, without @
    state TEXT NOT NULL,                 -- watched, paused, gone
    added_at INTEGER NOT NULL,
    channel_id INTEGER REFERENCES channels (channel_id),
    labels TEXT NOT NULL DEFAULT '',     -- words with commas between
    note TEXT,
    priority INTEGER NOT NULL DEFAULT 0,
    refusal TEXT,
    resolved_at INTEGER                  -- when the handle was last looked up
) STRICT, WITHOUT ROWID;

-- An account's key to a channel: access hashes are worthless to any other account.
CREATE TABLE channel_access (
    account_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    access_hash INTEGER NOT NULL,
    is_joined INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, channel_id)
) STRICT, WITHOUT ROWID;

-- Names over time: a row when a channel was first seen to hold a handle, and when it no longer did.
CREATE TABLE channel_handles (
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    handle TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    is_held INTEGER NOT NULL,
    PRIMARY KEY (channel_id, handle, observed_at)
) STRICT, WITHOUT ROWID;

-- Who holds this handle now?
CREATE INDEX channel_handles_by_handle ON channel_handles (handle, observed_at);

-- What a channel says of itself, over time: a row when a value was first seen.
CREATE TABLE channel_facts (
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    fact TEXT NOT NULL,                  -- title, about, photo_id, is_scam, restrictions …
    observed_at INTEGER NOT NULL,
    value TEXT NOT NULL,
    run_id INTEGER REFERENCES runs (run_id),  -- NULL: by archiver import
    PRIMARY KEY (channel_id, fact, observed_at)
) STRICT, WITHOUT ROWID;

-- What looks at a channel showed, over time: a row when it differs from the one before.
CREATE TABLE channel_availability (
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    observed_at INTEGER NOT NULL,
    availability TEXT NOT NULL,
    detail TEXT,                         -- Telegram's own word
    run_id INTEGER NOT NULL REFERENCES runs (run_id),
    PRIMARY KEY (channel_id, observed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber_counts (
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    sampled_at INTEGER NOT NULL,
    subscribers INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs (run_id),
    PRIMARY KEY (channel_id, sampled_at)
) STRICT, WITHOUT ROWID;

-- Exact answers of Telegram: one TL object each, whose first four bytes name its constructor.
CREATE TABLE raw_pages (
    raw_page_id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (run_id),
    observed_at INTEGER NOT NULL,
    layer INTEGER NOT NULL,
    codec TEXT NOT NULL,                 -- zstd
    data BLOB NOT NULL
) STRICT;

-- Every version of every post; revision 1 is the first we saw.
-- digest = SHA-256(text, zero byte, details), all UTF-8.
CREATE TABLE revisions (
    revision_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    post_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    edited_at INTEGER,                   -- Telegram's claim
    provenance TEXT NOT NULL,
    run_id INTEGER REFERENCES runs (run_id),  -- NULL: by archiver import, see imported_revisions
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    details TEXT NOT NULL,               -- canonical JSON: entities, media, poll, buttons, reply, forward …
    media_kind TEXT,
    media_name TEXT,
    media_bytes INTEGER,
    album_id INTEGER,
    author TEXT,
    reply_to_post_id INTEGER,
    forwarded_from_channel_id INTEGER,
    forwarded_from_handle TEXT,
    forwarded_from_post_id INTEGER,
    raw_page_id INTEGER REFERENCES raw_pages (raw_page_id)
) STRICT;

-- All versions of a post, in order.
CREATE UNIQUE INDEX revisions_by_post ON revisions (channel_id, post_id, revision);

-- A post as it stands: its newest revision, when we looked, whether it is gone.
CREATE TABLE posts (
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    post_id INTEGER NOT NULL,
    published_at INTEGER NOT NULL,       -- Telegram's claim
    first_observed_at INTEGER NOT NULL,
    last_observed_at INTEGER NOT NULL,
    as_of INTEGER NOT NULL,              -- Telegram's event number of the newest look; 0: only imports showed it
    revision INTEGER NOT NULL,
    sampled_at INTEGER,                  -- when its counts were last recorded
    sample_due_at INTEGER,               -- when they are wanted next; NULL when the timetable is through
    tombstoned_at INTEGER,
    tombstoned_as_of INTEGER,
    PRIMARY KEY (channel_id, post_id),
    FOREIGN KEY (channel_id, post_id, revision) REFERENCES revisions (channel_id, post_id, revision)
) STRICT, WITHOUT ROWID;

-- Which posts of a channel have counts due?
CREATE INDEX posts_by_sample_due ON posts (channel_id, sample_due_at) WHERE sample_due_at IS NOT NULL;

-- Counters at one moment; NULL is "Telegram did not say".
CREATE TABLE post_counts (
    channel_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    sampled_at INTEGER NOT NULL,
    views INTEGER,
    forwards INTEGER,
    replies INTEGER,
    reactions TEXT,                      -- JSON [[emoji, count], …]
    votes INTEGER,
    PRIMARY KEY (channel_id, post_id, sampled_at),
    FOREIGN KEY (channel_id, post_id) REFERENCES posts (channel_id, post_id)
) STRICT, WITHOUT ROWID;

-- The fact that a post is gone at Telegram, noticed then; its revisions stay.
CREATE TABLE tombstones (
    channel_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    noticed_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,       -- it was deleted between this and noticed_at
    as_of INTEGER NOT NULL,
    evidence TEXT NOT NULL,              -- told: Telegram said so; absent: looked for and not found
    run_id INTEGER NOT NULL REFERENCES runs (run_id),
    PRIMARY KEY (channel_id, post_id, noticed_at),
    FOREIGN KEY (channel_id, post_id) REFERENCES posts (channel_id, post_id)
) STRICT, WITHOUT ROWID;

-- A post with a tombstone stands there again.
CREATE TABLE reappearances (
    channel_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs (run_id),
    PRIMARY KEY (channel_id, post_id, observed_at),
    FOREIGN KEY (channel_id, post_id) REFERENCES posts (channel_id, post_id)
) STRICT, WITHOUT ROWID;

-- How far a channel is archived; the words are those of archiver/domain/cursor.py.
CREATE TABLE cursors (
    channel_id INTEGER PRIMARY KEY REFERENCES channels (channel_id),
    as_of INTEGER NOT NULL,
    first_post_id INTEGER NOT NULL,
    high_water_id INTEGER NOT NULL,
    low_water_id INTEGER NOT NULL,
    history_complete_at INTEGER,
    looked_at INTEGER,
    rescan_id INTEGER,
    rescan_began_at INTEGER,
    rescanned_at INTEGER,
    recent_rescanned_at INTEGER
) STRICT;

-- The gap ledger: post ids (inclusive) or a time of which we may have missed something.
CREATE TABLE gaps (
    gap_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    cause TEXT NOT NULL,
    state TEXT NOT NULL,                 -- open, repaired, irreparable
    first_post_id INTEGER,
    last_post_id INTEGER,
    since INTEGER,
    until INTEGER,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    run_id INTEGER NOT NULL REFERENCES runs (run_id)
) STRICT;

-- Which ids of a stretch are lost for good? Each is entered once.
CREATE UNIQUE INDEX gaps_by_ids ON gaps (channel_id, first_post_id, last_post_id, cause)
WHERE state = 'irreparable' AND first_post_id IS NOT NULL;

-- The whole ledger of a channel?
CREATE INDEX gaps_by_channel ON gaps (channel_id);

-- What is still to be repaired in a channel?
CREATE INDEX gaps_open ON gaps (channel_id) WHERE state = 'open';

-- A look at a whole channel: how many posts Telegram counted, how many of them we hold.
CREATE TABLE audits (
    channel_id INTEGER NOT NULL REFERENCES channels (channel_id),
    audited_at INTEGER NOT NULL,
    told INTEGER NOT NULL,
    held INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs (run_id),
    PRIMARY KEY (channel_id, audited_at)
) STRICT, WITHOUT ROWID;

-- All rules that were in force together; the digest covers whatever decides a flag.
CREATE TABLE rulebooks (
    digest TEXT PRIMARY KEY,
    first_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The rules of a rulebook, for whoever reads its flags years later; rules that were off are not among them.
CREATE TABLE rules (
    rulebook_digest TEXT NOT NULL REFERENCES rulebooks (digest),
    rule_id TEXT NOT NULL,               -- pack.rule
    title TEXT NOT NULL,
    category TEXT NOT NULL,
    severity INTEGER NOT NULL,           -- 1 to 4
    standing TEXT NOT NULL,              -- on; shadow: recorded, and queued nowhere
    languages TEXT NOT NULL,             -- words with commas between; empty: all
    base REAL NOT NULL,                  -- the score before anything is found
    threshold REAL NOT NULL,             -- the score that makes a flag
    definition TEXT NOT NULL,            -- canonical JSON: when, weights, lexicon, note, references
    PRIMARY KEY (rulebook_digest, rule_id)
) STRICT, WITHOUT ROWID;

-- One rule of one rulebook that one revision met.
CREATE TABLE flags (
    flag_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    rule_id TEXT NOT NULL,
    rulebook_digest TEXT NOT NULL,
    category TEXT NOT NULL,
    severity INTEGER NOT NULL,
    score REAL NOT NULL,
    is_shadow INTEGER NOT NULL,
    flagged_at INTEGER NOT NULL,
    run_id INTEGER REFERENCES runs (run_id),  -- NULL: by archiver reflag or import
    UNIQUE (channel_id, post_id, revision, rule_id, rulebook_digest),
    FOREIGN KEY (channel_id, post_id, revision) REFERENCES revisions (channel_id, post_id, revision),
    FOREIGN KEY (rulebook_digest, rule_id) REFERENCES rules (rulebook_digest, rule_id)
) STRICT;

-- What was flagged of late?
CREATE INDEX flags_by_time ON flags (flagged_at);

-- The places that made a flag, in order; never what a detector found there.
CREATE TABLE matches (
    flag_id INTEGER NOT NULL REFERENCES flags (flag_id),
    number INTEGER NOT NULL,             -- from 1
    term_group TEXT NOT NULL,            -- pack.group, or file.tsv#column for a weighted word
    term TEXT NOT NULL,                  -- the rule's phrase, or a detector's kind
    field TEXT NOT NULL,                 -- text, media_name, buttons, poll; media, forward: no characters
    start_at INTEGER NOT NULL,           -- code points of the field, the end exclusive
    end_at INTEGER NOT NULL,
    view TEXT NOT NULL,                  -- how the field was read; plain: a detector's
    weight REAL NOT NULL,                -- what it added to the score
    confidence REAL NOT NULL,
    link TEXT,                           -- keyed HMAC of what a detector found; the key is in keys
    PRIMARY KEY (flag_id, number)
) STRICT, WITHOUT ROWID;

-- Which other posts show the same value?
CREATE INDEX matches_by_link ON matches (link) WHERE link IS NOT NULL;

-- A flagged post and its reposts; every post with a flag that is no shadow is in one group, alone or not.
-- Groups never merge, and no post changes its group: what people decide on one stays on it.
CREATE TABLE repost_groups (
    repost_group_id INTEGER PRIMARY KEY,
    founded_at INTEGER NOT NULL
) STRICT;

-- Flagged revisions and the group of each; all of a post are in the same one.
CREATE TABLE reposts (
    repost_id INTEGER PRIMARY KEY,
    channel_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    repost_group_id INTEGER NOT NULL REFERENCES repost_groups (repost_group_id),
    joined_at INTEGER NOT NULL,
    UNIQUE (channel_id, post_id, revision),
    FOREIGN KEY (channel_id, post_id, revision) REFERENCES revisions (channel_id, post_id, revision)
) STRICT;

-- Which posts are in a group?
CREATE INDEX reposts_by_group ON reposts (repost_group_id);

-- Up to eight values of the text of a flagged revision; texts that share some may be one.
CREATE TABLE sketches (
    value INTEGER NOT NULL,              -- 32 bits; of those that a thousand texts have, no more are entered
    repost_id INTEGER NOT NULL REFERENCES reposts (repost_id),
    PRIMARY KEY (value, repost_id)
) STRICT, WITHOUT ROWID;

-- Stretches of revision_id that a rulebook has flagged, both ends included. A cursor moves up from where it
-- began; two that meet become one. What lies in none of them is for archiver reflag.
CREATE TABLE flagging_cursors (
    rulebook_digest TEXT NOT NULL REFERENCES rulebooks (digest),
    first_revision_id INTEGER NOT NULL,
    revision_id INTEGER NOT NULL,
    PRIMARY KEY (rulebook_digest, first_revision_id)
) STRICT, WITHOUT ROWID;

-- The archive's own secrets. A copy of this file carries them: whoever has the key named links can try which
-- phone number, card or wallet stands behind a link.
CREATE TABLE keys (
    name TEXT PRIMARY KEY,
    key BLOB NOT NULL,
    made_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who may sign in to the desk. A pseudonym is never given to another, so no row goes.
CREATE TABLE reviewers (
    reviewer_id INTEGER PRIMARY KEY,
    pseudonym TEXT NOT NULL UNIQUE,      -- R-07: what everybody else sees
    name TEXT NOT NULL UNIQUE,           -- to sign in with, folded
    role TEXT NOT NULL,                  -- reviewer, lead, auditor, admin
    password TEXT NOT NULL,              -- argon2id with its salt and costs
    added_at INTEGER NOT NULL,
    disabled_at INTEGER,
    totp_secret TEXT,                    -- base32, RFC 6238; in force once it was confirmed
    totp_confirmed_at INTEGER,
    totp_step INTEGER NOT NULL DEFAULT 0,  -- the newest half minute whose code was used
    language TEXT,                       -- NULL: as the desk has it
    theme TEXT NOT NULL DEFAULT 'auto',  -- auto, light, dark
    has_shortcuts INTEGER NOT NULL DEFAULT 1,
    shortcuts TEXT NOT NULL DEFAULT '{}',  -- canonical JSON: action to KeyboardEvent.code, where not as usual
    severe_limit INTEGER NOT NULL DEFAULT 40,  -- cases of severity 4 a day, after which the desk says: enough
    pause_minutes INTEGER NOT NULL DEFAULT 45  -- of work, after which it proposes a pause
) STRICT;

-- A browser in which a reviewer signed in; only the digest of its cookie is kept.
CREATE TABLE sign_ins (
    sign_in_id INTEGER PRIMARY KEY,
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    cookie_digest TEXT NOT NULL UNIQUE,
    signed_in_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,            -- to the minute
    ended_at INTEGER
) STRICT;

-- Where is a reviewer signed in?
CREATE INDEX sign_ins_by_reviewer ON sign_ins (reviewer_id) WHERE ended_at IS NULL;

-- How often signing in failed, by name and by address, since it last went well or was quiet for a while.
CREATE TABLE sign_in_failures (
    subject TEXT PRIMARY KEY,            -- a digest: a name that was typed may be a password
    failures INTEGER NOT NULL,
    failed_at INTEGER NOT NULL           -- the newest
) STRICT, WITHOUT ROWID;

-- Keys of programs that act for a reviewer through the API; only the digest is kept.
CREATE TABLE api_tokens (
    api_token_id INTEGER PRIMARY KEY,
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    label TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

-- Who did what, when. A chain: archiver/domain/audit.py. No column but the id is unique: OR REPLACE would take
-- an older event away for it.
CREATE TABLE audit_events (
    audit_event_id INTEGER PRIMARY KEY,  -- from 1, without gaps
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,                 -- a pseudonym, or a command
    kind TEXT NOT NULL,                  -- noun.verbed
    target TEXT NOT NULL,                -- a noun and an id
    details TEXT NOT NULL,               -- canonical JSON: ids, digests, codes
    previous_digest TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;

-- What was done to a case?
CREATE INDEX audit_events_by_target ON audit_events (target);

-- A repost group under review: what is decided about it. Opened in the transaction that founds the group.
CREATE TABLE cases (
    case_id INTEGER PRIMARY KEY REFERENCES repost_groups (repost_group_id),
    state TEXT NOT NULL,                 -- open, second_review, disputed, escalated, snoozed, decided
    round INTEGER NOT NULL,              -- from 1; one more each time it is opened again
    version INTEGER NOT NULL,            -- one more with each change that a reviewer must see
    category TEXT NOT NULL,              -- of the worst flag
    severity INTEGER NOT NULL,           -- of the worst flag
    opened_at INTEGER NOT NULL,
    waiting_since INTEGER NOT NULL,      -- when it came into its state
    published_at INTEGER NOT NULL,       -- of the newest post, Telegram's claim, but not after we saw it
    audience INTEGER NOT NULL,           -- the most people that one of its posts may have reached
    precision REAL NOT NULL,             -- of the best of its rules, as far as decisions told by then
    priority REAL NOT NULL,              -- binary logarithm of the product, at 2026-01-01: domain/priority.py
    draw INTEGER NOT NULL,               -- what random claims are drawn by
    channel_id INTEGER NOT NULL,         -- of the first post
    post_id INTEGER NOT NULL,
    language TEXT,                       -- of the first post's text
    former_state TEXT,                   -- where a snoozed case goes back to
    snoozed_until INTEGER,
    first_reviewer_id INTEGER REFERENCES reviewers (reviewer_id),  -- who decided first in this round
    decision_id INTEGER REFERENCES decisions (decision_id),        -- the one that stands
    review TEXT                          -- enough, single, double, adjudicated: how many are behind it
) STRICT;

-- Which waiting case comes next, and which are listed? Alone it answers both.
CREATE INDEX cases_by_priority ON cases (
    priority DESC, case_id, severity, category, language, first_reviewer_id, state
) WHERE state IN ('open', 'second_review');

-- Which has waited longest?
CREATE INDEX cases_by_waiting ON cases (waiting_since, case_id, severity, category, first_reviewer_id, state)
WHERE state IN ('open', 'second_review');

-- Which is drawn?
CREATE INDEX cases_by_draw ON cases (draw, case_id, severity, category, first_reviewer_id, state)
WHERE state IN ('open', 'second_review');

-- How many of each kind wait, and since when?
CREATE INDEX cases_by_kind ON cases (
    severity, category, language, first_reviewer_id, waiting_since, state
) WHERE state IN ('open', 'second_review');

-- Which are in a state?
CREATE INDEX cases_by_state ON cases (state, priority DESC, case_id);

-- Which want a second person, and had none when they were decided?
CREATE INDEX cases_closed_alone ON cases (case_id, first_reviewer_id) WHERE state = 'decided' AND review = 'single';

-- Reviewers' holds on cases: of a case one is not ended, which may have expired all the same.
CREATE TABLE leases (
    lease_id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (case_id),
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    token_digest TEXT NOT NULL UNIQUE,
    claimed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    severity INTEGER NOT NULL,           -- the case's, when it was claimed
    way TEXT NOT NULL,                   -- priority, waiting, drawn: whose turn it was; asked, taken_over, undone
    ended_at INTEGER,
    ended_by TEXT                        -- the command; expired: noticed at the next claim
) STRICT;

-- Who holds a case?
CREATE UNIQUE INDEX leases_of_case ON leases (case_id) WHERE ended_at IS NULL;

-- What does a reviewer hold?
CREATE INDEX leases_held ON leases (reviewer_id) WHERE ended_at IS NULL;

-- What did a reviewer claim last?
CREATE INDEX leases_by_reviewer ON leases (reviewer_id, lease_id);

-- Pages that show a leased case, each with a token of its own.
CREATE TABLE lease_views (
    token_digest TEXT PRIMARY KEY,
    lease_id INTEGER NOT NULL REFERENCES leases (lease_id),
    opened_at INTEGER NOT NULL,
    left_at INTEGER
) STRICT, WITHOUT ROWID;

-- Which pages show a lease?
CREATE INDEX lease_views_by_lease ON lease_views (lease_id);

-- Reviewers' words on cases; only ever added. No column but the id is unique: OR REPLACE would take others away.
CREATE TABLE decisions (
    decision_id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (case_id),
    round INTEGER NOT NULL,
    kind TEXT NOT NULL,                  -- decision, adjudication; retraction: takes another back
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    decided_at INTEGER NOT NULL,
    verdict TEXT,                        -- violation, not_a_violation, cannot_tell; NULL: a retraction
    category TEXT,                       -- of a violation, the main one
    severity INTEGER,                    -- of a violation
    confidence TEXT,                     -- sure, unsure
    note TEXT NOT NULL,
    retracts INTEGER REFERENCES decisions (decision_id),
    lease_id INTEGER REFERENCES leases (lease_id),  -- NULL: in bulk, or a retraction
    token_digest TEXT,                   -- of the page that it came from: a repetition is known by it
    bulk TEXT,                           -- the same for all that were decided at once
    state_before TEXT NOT NULL,          -- of the case
    version INTEGER NOT NULL,            -- of the case, after it
    taxonomy INTEGER NOT NULL,           -- the version of the words
    as_of_repost INTEGER NOT NULL,       -- taken on the posts that had joined by then …
    as_of_revision INTEGER NOT NULL,     -- … and on their revisions up to this revision_id;
    revisions_digest TEXT NOT NULL       -- SHA-256 over these: domain/decision.py
) STRICT;

-- What was decided on a case?
CREATE INDEX decisions_by_case ON decisions (case_id, round);

-- What did a reviewer decide last?
CREATE INDEX decisions_by_reviewer ON decisions (reviewer_id, decision_id);

-- What was decided at once?
CREATE INDEX decisions_by_bulk ON decisions (bulk) WHERE bulk IS NOT NULL;

-- Was it taken back?
CREATE INDEX decisions_by_retracted ON decisions (retracts) WHERE retracts IS NOT NULL;

-- What a violation is besides, after the main category.
CREATE TABLE decision_categories (
    decision_id INTEGER NOT NULL REFERENCES decisions (decision_id),
    number INTEGER NOT NULL,             -- from 1
    category TEXT NOT NULL,
    PRIMARY KEY (decision_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision_reasons (
    decision_id INTEGER NOT NULL REFERENCES decisions (decision_id),
    number INTEGER NOT NULL,             -- from 1
    reason TEXT NOT NULL,                -- a code: domain/taxonomy.py
    PRIMARY KEY (decision_id, number)
) STRICT, WITHOUT ROWID;

-- What a decision says of the rules that had flagged the case: none of a case that nobody can tell.
CREATE TABLE decision_rules (
    decision_id INTEGER NOT NULL REFERENCES decisions (decision_id),
    rule_id TEXT NOT NULL,
    rulebook_digest TEXT NOT NULL REFERENCES rulebooks (digest),
    is_right INTEGER NOT NULL,
    reason TEXT,                         -- why it was wrong, where that was told
    PRIMARY KEY (decision_id, rule_id, rulebook_digest)
) STRICT, WITHOUT ROWID;

-- The decided cases in which a rule was right or wrong: the sum over decision_rules of the decisions that stand.
CREATE TABLE rule_tallies (
    rule_id TEXT NOT NULL,
    rulebook_digest TEXT NOT NULL REFERENCES rulebooks (digest),
    right_cases INTEGER NOT NULL,
    wrong_cases INTEGER NOT NULL,
    PRIMARY KEY (rule_id, rulebook_digest)
) STRICT, WITHOUT ROWID;

-- A case was left to others: its reviewer is not given it again until then.
CREATE TABLE skips (
    skip_id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (case_id),
    round INTEGER NOT NULL,
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    skipped_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    reason TEXT NOT NULL                 -- language, expertise, conflict, wellbeing, other
) STRICT;

-- Who skipped a case?
CREATE INDEX skips_by_case ON skips (case_id, reviewer_id);

-- What reviewers wrote when they moved a case without deciding on it.
CREATE TABLE case_notes (
    case_note_id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (case_id),
    round INTEGER NOT NULL,
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    written_at INTEGER NOT NULL,
    command TEXT NOT NULL,               -- skip, snooze, escalate, return, reopen, take_over
    reason TEXT,
    note TEXT NOT NULL
) STRICT;

-- What was written about a case?
CREATE INDEX case_notes_by_case ON case_notes (case_id);

-- Categories that a reviewer does not want to be given for some hours.
CREATE TABLE not_today (
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    category TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (reviewer_id, category)
) STRICT, WITHOUT ROWID;

-- Decided cases that leads marked: given once more, blind, to reviewers who have not decided on them.
CREATE TABLE calibrations (
    calibration_id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (case_id),
    decision_id INTEGER NOT NULL REFERENCES decisions (decision_id),  -- that stood then: the reference
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),  -- who marked it
    marked_at INTEGER NOT NULL,
    note TEXT NOT NULL,
    ended_at INTEGER                     -- since then it is given to nobody
) STRICT;

-- Is a case one?
CREATE INDEX calibrations_by_case ON calibrations (case_id);

-- What reviewers made of them: kept apart from decisions, it changes nothing.
CREATE TABLE calibration_answers (
    calibration_id INTEGER NOT NULL REFERENCES calibrations (calibration_id),
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    answered_at INTEGER NOT NULL,
    verdict TEXT,                        -- as in decisions; NULL: passed on
    category TEXT,
    severity INTEGER,
    confidence TEXT,
    reasons TEXT NOT NULL,               -- codes, with commas between
    note TEXT NOT NULL,
    passed_by TEXT,                      -- the command: skip, snooze, escalate; NULL: answered
    token_digest TEXT,                   -- of the page that it came from: a repetition is known by it
    PRIMARY KEY (calibration_id, reviewer_id)
) STRICT, WITHOUT ROWID;

-- Who saw what is masked in a case, and what for; each lasts ten minutes.
CREATE TABLE reveals (
    reveal_id INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (case_id),
    reviewer_id INTEGER NOT NULL REFERENCES reviewers (reviewer_id),
    purpose TEXT NOT NULL,               -- victim, rule, report, other
    note TEXT NOT NULL,
    revealed_at INTEGER NOT NULL
) STRICT;

-- What did a reviewer reveal of late?
CREATE INDEX reveals_by_reviewer ON reveals (reviewer_id, revealed_at);

-- The texts as they are searched: folded words, and the words that these hold beside clitics. Contentless: it
-- can be made anew from the revisions, and is when the folding changes. rowid is the revision_id.
CREATE VIRTUAL TABLE search_index USING fts5 (words, cores, content = '', tokenize = 'ascii');

-- How far the index goes; one row. Newer revisions are searched one by one.
CREATE TABLE search_cursor (
    search_cursor_id INTEGER PRIMARY KEY CHECK (search_cursor_id = 1),
    version TEXT NOT NULL,               -- of the folding and the clitics
    revision_id INTEGER NOT NULL
) STRICT;

-- What was worked out of the texts of revisions, so that exports and searches need not do it again. Made anew when what
-- tells languages or masks changes: marks of another version are none.
CREATE TABLE revision_marks (
    revision_id INTEGER PRIMARY KEY,
    language TEXT,                       -- NULL: the text has no letter of ours
    masked_text TEXT,                    -- as exports mask it; NULL: nothing in it is to be masked
    masked_media_name TEXT               -- the same for the name of the file
) STRICT;

-- How far revisions have marks; one row.
CREATE TABLE mark_cursor (
    mark_cursor_id INTEGER PRIMARY KEY CHECK (mark_cursor_id = 1),
    version TEXT NOT NULL,               -- of what tells languages and masks
    revision_id INTEGER NOT NULL
) STRICT;

-- Files of others' archives that were read into this one. Read with other claims, a file is another import.
CREATE TABLE imports (
    import_id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,                -- of the file
    name TEXT NOT NULL,                  -- the file's, without its folders
    format TEXT NOT NULL,                -- desktop, tg_archive, preview, revisions, posts
    bytes INTEGER NOT NULL,
    claims TEXT NOT NULL,                -- canonical JSON: what a person said of it: channel, zone, made_at
    state TEXT NOT NULL,                 -- reading, complete; broken: a fault stands behind position
    began_at INTEGER NOT NULL,
    read_at INTEGER NOT NULL,            -- when it was last read on
    position INTEGER NOT NULL,           -- how far it was read: bytes; of tg_archive the newest post id
    first INTEGER NOT NULL,              -- posts that were new
    changed INTEGER NOT NULL,            -- further revisions of posts
    held INTEGER NOT NULL,               -- versions that the archive held already
    older INTEGER NOT NULL,              -- versions from before what the archive holds
    flags INTEGER NOT NULL,
    refused TEXT NOT NULL,               -- JSON: how many were not taken, by reason
    UNIQUE (digest, format, claims)
) STRICT;

-- Which file a revision with the provenance import is out of; stretches, both ends included.
CREATE TABLE imported_revisions (
    first_revision_id INTEGER PRIMARY KEY REFERENCES revisions (revision_id),
    last_revision_id INTEGER NOT NULL REFERENCES revisions (revision_id),
    import_id INTEGER NOT NULL REFERENCES imports (import_id)
) STRICT;

-- The past is immutable.
CREATE TRIGGER revisions_keep BEFORE UPDATE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions: the past is immutable'); END;
CREATE TRIGGER revisions_stay BEFORE DELETE ON revisions BEGIN SELECT RAISE(ABORT, 'revisions: the past is immutable'); END;
CREATE TRIGGER raw_pages_keep BEFORE UPDATE ON raw_pages BEGIN SELECT RAISE(ABORT, 'raw_pages: the past is immutable'); END;
CREATE TRIGGER raw_pages_stay BEFORE DELETE ON raw_pages BEGIN SELECT RAISE(ABORT, 'raw_pages: the past is immutable'); END;
CREATE TRIGGER post_counts_keep BEFORE UPDATE ON post_counts BEGIN SELECT RAISE(ABORT, 'post_counts: the past is immutable'); END;
CREATE TRIGGER post_counts_stay BEFORE DELETE ON post_counts BEGIN SELECT RAISE(ABORT, 'post_counts: the past is immutable'); END;
CREATE TRIGGER subscriber_counts_keep BEFORE UPDATE ON subscriber_counts BEGIN SELECT RAISE(ABORT, 'subscriber_counts: the past is immutable'); END;
CREATE TRIGGER subscriber_counts_stay BEFORE DELETE ON subscriber_counts BEGIN SELECT RAISE(ABORT, 'subscriber_counts: the past is immutable'); END;
CREATE TRIGGER channel_facts_keep BEFORE UPDATE ON channel_facts BEGIN SELECT RAISE(ABORT, 'channel_facts: the past is immutable'); END;
CREATE TRIGGER channel_facts_stay BEFORE DELETE ON channel_facts BEGIN SELECT RAISE(ABORT, 'channel_facts: the past is immutable'); END;
CREATE TRIGGER channel_handles_keep BEFORE UPDATE ON channel_handles BEGIN SELECT RAISE(ABORT, 'channel_handles: the past is immutable'); END;
CREATE TRIGGER channel_handles_stay BEFORE DELETE ON channel_handles BEGIN SELECT RAISE(ABORT, 'channel_handles: the past is immutable'); END;
CREATE TRIGGER channel_availability_keep BEFORE UPDATE ON channel_availability BEGIN SELECT RAISE(ABORT, 'channel_availability: the past is immutable'); END;
CREATE TRIGGER channel_availability_stay BEFORE DELETE ON channel_availability BEGIN SELECT RAISE(ABORT, 'channel_availability: the past is immutable'); END;
CREATE TRIGGER tombstones_keep BEFORE UPDATE ON tombstones BEGIN SELECT RAISE(ABORT, 'tombstones: the past is immutable'); END;
CREATE TRIGGER tombstones_stay BEFORE DELETE ON tombstones BEGIN SELECT RAISE(ABORT, 'tombstones: the past is immutable'); END;
CREATE TRIGGER reappearances_keep BEFORE UPDATE ON reappearances BEGIN SELECT RAISE(ABORT, 'reappearances: the past is immutable'); END;
CREATE TRIGGER reappearances_stay BEFORE DELETE ON reappearances BEGIN SELECT RAISE(ABORT, 'reappearances: the past is immutable'); END;
CREATE TRIGGER audits_keep BEFORE UPDATE ON audits BEGIN SELECT RAISE(ABORT, 'audits: the past is immutable'); END;
CREATE TRIGGER audits_stay BEFORE DELETE ON audits BEGIN SELECT RAISE(ABORT, 'audits: the past is immutable'); END;
CREATE TRIGGER rulebooks_keep BEFORE UPDATE ON rulebooks BEGIN SELECT RAISE(ABORT, 'rulebooks: the past is immutable'); END;
CREATE TRIGGER rulebooks_stay BEFORE DELETE ON rulebooks BEGIN SELECT RAISE(ABORT, 'rulebooks: the past is immutable'); END;
CREATE TRIGGER rules_keep BEFORE UPDATE ON rules BEGIN SELECT RAISE(ABORT, 'rules: the past is immutable'); END;
CREATE TRIGGER rules_stay BEFORE DELETE ON rules BEGIN SELECT RAISE(ABORT, 'rules: the past is immutable'); END;
CREATE TRIGGER flags_keep BEFORE UPDATE ON flags BEGIN SELECT RAISE(ABORT, 'flags: the past is immutable'); END;
CREATE TRIGGER flags_stay BEFORE DELETE ON flags BEGIN SELECT RAISE(ABORT, 'flags: the past is immutable'); END;
CREATE TRIGGER matches_keep BEFORE UPDATE ON matches BEGIN SELECT RAISE(ABORT, 'matches: the past is immutable'); END;
CREATE TRIGGER matches_stay BEFORE DELETE ON matches BEGIN SELECT RAISE(ABORT, 'matches: the past is immutable'); END;
CREATE TRIGGER repost_groups_keep BEFORE UPDATE ON repost_groups BEGIN SELECT RAISE(ABORT, 'repost_groups: the past is immutable'); END;
CREATE TRIGGER repost_groups_stay BEFORE DELETE ON repost_groups BEGIN SELECT RAISE(ABORT, 'repost_groups: the past is immutable'); END;
CREATE TRIGGER reposts_keep BEFORE UPDATE ON reposts BEGIN SELECT RAISE(ABORT, 'reposts: the past is immutable'); END;
CREATE TRIGGER reposts_stay BEFORE DELETE ON reposts BEGIN SELECT RAISE(ABORT, 'reposts: the past is immutable'); END;
CREATE TRIGGER sketches_keep BEFORE UPDATE ON sketches BEGIN SELECT RAISE(ABORT, 'sketches: the past is immutable'); END;
CREATE TRIGGER sketches_stay BEFORE DELETE ON sketches BEGIN SELECT RAISE(ABORT, 'sketches: the past is immutable'); END;
CREATE TRIGGER keys_keep BEFORE UPDATE ON keys BEGIN SELECT RAISE(ABORT, 'keys: the past is immutable'); END;
CREATE TRIGGER keys_stay BEFORE DELETE ON keys BEGIN SELECT RAISE(ABORT, 'keys: the past is immutable'); END;
CREATE TRIGGER audit_events_keep BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events: the past is immutable'); END;
CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'audit_events: the past is immutable'); END;
CREATE TRIGGER audit_events_follow BEFORE INSERT ON audit_events
WHEN NEW.audit_event_id IS NOT 1 + COALESCE((SELECT max(audit_event_id) FROM audit_events), 0)
    OR NEW.previous_digest IS NOT COALESCE(
        (SELECT digest FROM audit_events ORDER BY audit_event_id DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000'
    )
BEGIN SELECT RAISE(ABORT, 'audit_events: an event stands on the one before it'); END;
CREATE TRIGGER reviewers_stay BEFORE DELETE ON reviewers BEGIN SELECT RAISE(ABORT, 'reviewers: the past is immutable'); END;
CREATE TRIGGER decisions_keep BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions: the past is immutable'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions: the past is immutable'); END;
CREATE TRIGGER decision_categories_keep BEFORE UPDATE ON decision_categories BEGIN SELECT RAISE(ABORT, 'decision_categories: the past is immutable'); END;
CREATE TRIGGER decision_categories_stay BEFORE DELETE ON decision_categories BEGIN SELECT RAISE(ABORT, 'decision_categories: the past is immutable'); END;
CREATE TRIGGER decision_reasons_keep BEFORE UPDATE ON decision_reasons BEGIN SELECT RAISE(ABORT, 'decision_reasons: the past is immutable'); END;
CREATE TRIGGER decision_reasons_stay BEFORE DELETE ON decision_reasons BEGIN SELECT RAISE(ABORT, 'decision_reasons: the past is immutable'); END;
CREATE TRIGGER decision_rules_keep BEFORE UPDATE ON decision_rules BEGIN SELECT RAISE(ABORT, 'decision_rules: the past is immutable'); END;
CREATE TRIGGER decision_rules_stay BEFORE DELETE ON decision_rules BEGIN SELECT RAISE(ABORT, 'decision_rules: the past is immutable'); END;
CREATE TRIGGER skips_keep BEFORE UPDATE ON skips BEGIN SELECT RAISE(ABORT, 'skips: the past is immutable'); END;
CREATE TRIGGER skips_stay BEFORE DELETE ON skips BEGIN SELECT RAISE(ABORT, 'skips: the past is immutable'); END;
CREATE TRIGGER case_notes_keep BEFORE UPDATE ON case_notes BEGIN SELECT RAISE(ABORT, 'case_notes: the past is immutable'); END;
CREATE TRIGGER case_notes_stay BEFORE DELETE ON case_notes BEGIN SELECT RAISE(ABORT, 'case_notes: the past is immutable'); END;
CREATE TRIGGER calibrations_stay BEFORE DELETE ON calibrations BEGIN SELECT RAISE(ABORT, 'calibrations: the past is immutable'); END;
CREATE TRIGGER calibration_answers_keep BEFORE UPDATE ON calibration_answers BEGIN SELECT RAISE(ABORT, 'calibration_answers: the past is immutable'); END;
CREATE TRIGGER calibration_answers_stay BEFORE DELETE ON calibration_answers BEGIN SELECT RAISE(ABORT, 'calibration_answers: the past is immutable'); END;
CREATE TRIGGER reveals_keep BEFORE UPDATE ON reveals BEGIN SELECT RAISE(ABORT, 'reveals: the past is immutable'); END;
CREATE TRIGGER reveals_stay BEFORE DELETE ON reveals BEGIN SELECT RAISE(ABORT, 'reveals: the past is immutable'); END;
CREATE TRIGGER decisions_follow BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE decision_id = NEW.decision_id)
BEGIN SELECT RAISE(ABORT, 'decisions: the past is immutable'); END;
CREATE TRIGGER skips_follow BEFORE INSERT ON skips
WHEN EXISTS (SELECT 1 FROM skips WHERE skip_id = NEW.skip_id)
BEGIN SELECT RAISE(ABORT, 'skips: the past is immutable'); END;
CREATE TRIGGER cases_stay BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'cases: the past is immutable'); END;
CREATE TRIGGER imports_stay BEFORE DELETE ON imports BEGIN SELECT RAISE(ABORT, 'imports: the past is immutable'); END;
CREATE TRIGGER imported_revisions_keep BEFORE UPDATE ON imported_revisions BEGIN SELECT RAISE(ABORT, 'imported_revisions: the past is immutable'); END;
CREATE TRIGGER imported_revisions_stay BEFORE DELETE ON imported_revisions BEGIN SELECT RAISE(ABORT, 'imported_revisions: the past is immutable'); END;
CREATE TRIGGER gaps_stay BEFORE DELETE ON gaps BEGIN SELECT RAISE(ABORT, 'gaps: the past is immutable'); END;
CREATE TRIGGER gaps_keep BEFORE UPDATE ON gaps WHEN OLD.state <> 'open'
BEGIN SELECT RAISE(ABORT, 'gaps: a closed gap is immutable'); END;
CREATE TRIGGER runs_stay BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'runs: the past is immutable'); END;
CREATE TRIGGER posts_stay BEFORE DELETE ON posts BEGIN SELECT RAISE(ABORT, 'posts: the past is immutable'); END;
