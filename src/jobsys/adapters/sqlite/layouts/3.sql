-- Notices. Files of layout 1 may have them already, as in layout 2.

-- Who wants to be told of jobs; one that is not seen for a while is gone.
CREATE TABLE IF NOT EXISTS listeners (
    id TEXT PRIMARY KEY,
    seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The last notices, written only while somebody listens. No number is given twice.
CREATE TABLE IF NOT EXISTS notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    notice BLOB NOT NULL
) STRICT;
