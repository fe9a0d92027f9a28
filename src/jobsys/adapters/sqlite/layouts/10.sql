-- What workers tell of themselves, as JSON, and when they did so last.
CREATE TABLE cards (
    worker TEXT PRIMARY KEY,
    card TEXT NOT NULL,
    shown_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
