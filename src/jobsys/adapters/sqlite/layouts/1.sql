-- Jobs. Instants are milliseconds since 1970.

PRAGMA application_id = 1785684595; -- "jobs"

-- A job stands in one place, in the order of its score: `ready` by level, then from head to tail;
-- `delayed` by the instant it is due; `leased` by the end of the lease; `done` and `dead` by the
-- instant of removal.
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    key TEXT NOT NULL,
    place TEXT NOT NULL,
    score INTEGER NOT NULL,
    status TEXT NOT NULL,
    priority INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    token INTEGER NOT NULL DEFAULT 0,
    lane TEXT NOT NULL DEFAULT '',
    due_ms INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    alone INTEGER NOT NULL DEFAULT 0,
    started_ms INTEGER,
    held_ms INTEGER,
    reason TEXT,
    percent INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    created_ms INTEGER NOT NULL,
    job_type TEXT NOT NULL, -- for looking jobs up; the envelope says the same
    envelope BLOB,          -- NULL once it is lost
    result BLOB,
    UNIQUE (queue, key)
) STRICT;

CREATE INDEX IF NOT EXISTS places ON jobs (queue, place, score, key);

-- Apart from the jobs, so that a long history is not copied with each change of its job.
CREATE TABLE IF NOT EXISTS errors (
    id INTEGER PRIMARY KEY, -- the job's
    history TEXT NOT NULL   -- one line of JSON for each error, the oldest first
) STRICT;

-- How many jobs stand in each state now, and how many ever entered it.
CREATE TABLE IF NOT EXISTS counts (
    queue TEXT NOT NULL,
    status TEXT NOT NULL,
    now INTEGER NOT NULL,
    ever INTEGER NOT NULL,
    PRIMARY KEY (queue, status)
) STRICT, WITHOUT ROWID;

-- The last call of each lane that changed something, to answer its repeat.
CREATE TABLE IF NOT EXISTS turns (
    lane TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    answered_ms INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
