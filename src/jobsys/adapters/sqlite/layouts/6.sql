-- Jobs of which there is one at a time: which job holds a digest, and until when it does at least.

CREATE TABLE holds (
    queue TEXT NOT NULL,
    digest TEXT NOT NULL,
    key TEXT NOT NULL,
    until_started INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    look_ms INTEGER NOT NULL, -- when somebody looks whether it is over
    PRIMARY KEY (queue, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX looked_at ON holds (queue, look_ms);
