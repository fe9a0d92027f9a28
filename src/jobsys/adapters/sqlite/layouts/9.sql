-- What handlers log: the jobs that have lines, and the lines. They go with the time, not the jobs.

CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    key TEXT NOT NULL,
    until_ms INTEGER NOT NULL,
    UNIQUE (queue, key)
) STRICT;

CREATE INDEX forgotten_at ON logs (until_ms);

-- No number is given twice: whoever follows a log goes on from one.
CREATE TABLE lines (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    log INTEGER NOT NULL,
    line TEXT NOT NULL
) STRICT;

CREATE INDEX lines_of ON lines (log, number);
