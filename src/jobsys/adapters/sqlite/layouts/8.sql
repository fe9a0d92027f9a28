-- What workers know of the dependencies that they share; the state is told as JSON.
CREATE TABLE circuits (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
