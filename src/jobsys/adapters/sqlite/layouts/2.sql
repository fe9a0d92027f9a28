-- Schedules. Files of layout 1 may have them already: the first releases did not count these steps.

-- What makes jobs again and again; `next_ms` is NULL while it is paused.
CREATE TABLE IF NOT EXISTS schedules (
    queue TEXT NOT NULL,
    name TEXT NOT NULL,
    rule TEXT NOT NULL,
    priority INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    next_ms INTEGER,
    last_ms INTEGER,
    fired INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (queue, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS fires ON schedules (queue, next_ms) WHERE next_ms IS NOT NULL;
