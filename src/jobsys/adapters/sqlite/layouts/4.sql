-- What recovery goes by.

-- When leases that have run out were last looked for, to within a quarter of a lease.
CREATE TABLE looks (
    queue TEXT PRIMARY KEY,
    looked_ms INTEGER NOT NULL,
    spared_ms INTEGER -- when some that had run out were last given more time
) STRICT, WITHOUT ROWID;

-- The workers that are there; `host` is the one place where a process may be looked for.
CREATE TABLE workers (
    name TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started INTEGER NOT NULL -- in ticks of the host's clock since its boot
) STRICT, WITHOUT ROWID;
