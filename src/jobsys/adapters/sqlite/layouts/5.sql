-- What was set of queues.

CREATE TABLE policies (
    queue TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (queue, field)
) STRICT, WITHOUT ROWID;

-- How many jobs were claimed since one was that had waited too long; only while there are such.
CREATE TABLE owed (
    queue TEXT PRIMARY KEY,
    claims INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
