-- One file per project, all its stacks. `docs/state.md` explains every table and column.
-- Times are integer milliseconds since the Unix epoch. JSON columns hold property values in the form of
-- `farsight-model`: plain data is plain JSON, and an object with the key "$farsight" is a sealed secret or a keyed hash.

CREATE TABLE stack (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused, so a lease of a removed stack fits no later one
    project    TEXT    NOT NULL CHECK (project <> ''),
    name       TEXT    NOT NULL UNIQUE CHECK (name <> ''),
    account    TEXT,
    region     TEXT,
    endpoint   TEXT,
    sandbox    INTEGER NOT NULL DEFAULT 0 CHECK (sandbox IN (0, 1)),
    key_info   TEXT,
    next_key   INTEGER NOT NULL DEFAULT 1 CHECK (next_key >= 1),
    created_at INTEGER NOT NULL,
    CHECK ((account IS NULL) = (region IS NULL))
) STRICT;

CREATE TABLE lease (
    stack_id     INTEGER PRIMARY KEY REFERENCES stack (id) ON DELETE CASCADE,
    fence        INTEGER NOT NULL CHECK (fence >= 1), -- only ever grows, also while nobody holds the lease
    user         TEXT,
    host         TEXT,
    pid          INTEGER,
    process      TEXT,
    command      TEXT,
    acquired_at  INTEGER,
    heartbeat_at INTEGER,
    expires_at   INTEGER,
    CHECK ((user IS NULL) = (expires_at IS NULL) AND (host IS NULL) = (expires_at IS NULL)
       AND (pid IS NULL) = (expires_at IS NULL) AND (command IS NULL) = (expires_at IS NULL)
       AND (acquired_at IS NULL) = (expires_at IS NULL) AND (heartbeat_at IS NULL) = (expires_at IS NULL))
) STRICT;

CREATE TABLE update_run (
    stack_id   INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL CHECK (number >= 1),
    kind       TEXT    NOT NULL CHECK (kind <> ''),
    command    TEXT    NOT NULL,
    user       TEXT    NOT NULL,
    host       TEXT    NOT NULL,
    message    TEXT,
    version    TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    result     TEXT    CHECK (result IN ('succeeded', 'failed', 'cancelled', 'interrupted')),
    counts     TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(counts)),
    error      TEXT,
    ended_at   INTEGER,
    PRIMARY KEY (stack_id, number),
    -- An interrupted update has no end: the process died, and when is not known.
    CHECK ((ended_at IS NULL) = (result IS NULL OR result = 'interrupted'))
) STRICT;

CREATE TABLE resource (
    stack_id       INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    key            INTEGER NOT NULL,
    urn            TEXT    NOT NULL CHECK (urn LIKE 'urn:farsight:%'),
    type           TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    id             TEXT,
    custom         INTEGER NOT NULL CHECK (custom IN (0, 1)),
    status         TEXT    NOT NULL CHECK (status IN ('ready', 'creating', 'updating', 'deleting')),
    pending_delete INTEGER NOT NULL CHECK (pending_delete IN (0, 1)),
    tainted        INTEGER NOT NULL CHECK (tainted IN (0, 1)),
    parent         TEXT,
    provider       TEXT,
    inputs         TEXT    NOT NULL CHECK (json_valid(inputs)),
    outputs        TEXT    NOT NULL CHECK (json_valid(outputs)),
    options        TEXT    NOT NULL CHECK (json_valid(options)),
    error          TEXT,
    source_file    TEXT,
    source_line    INTEGER,
    source_column  INTEGER,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    read_at        INTEGER,
    PRIMARY KEY (stack_id, key),
    CHECK ((source_file IS NULL) = (source_line IS NULL) AND (source_file IS NULL) = (source_column IS NULL))
) STRICT;
CREATE UNIQUE INDEX resource_current ON resource (stack_id, urn) WHERE pending_delete = 0;
CREATE INDEX resource_pending ON resource (stack_id, urn) WHERE pending_delete = 1;

CREATE TABLE dependency (
    stack_id   INTEGER NOT NULL,
    key        INTEGER NOT NULL,
    depends_on TEXT    NOT NULL,
    property   TEXT,
    FOREIGN KEY (stack_id, key) REFERENCES resource (stack_id, key) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX dependency_edge ON dependency (stack_id, key, depends_on, ifnull(property, ''));
CREATE INDEX dependency_target ON dependency (stack_id, depends_on);

CREATE TABLE operation (
    stack_id      INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    id            TEXT    NOT NULL CHECK (length(id) = 32 AND id NOT GLOB '*[^0-9a-f]*'),
    update_number INTEGER NOT NULL,
    key           INTEGER NOT NULL,
    urn           TEXT    NOT NULL CHECK (urn LIKE 'urn:farsight:%'),
    type          TEXT    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('create', 'update', 'delete', 'import', 'read', 'refresh')),
    status        TEXT    NOT NULL CHECK (status IN ('intended', 'accepted', 'done', 'failed', 'unknown')),
    physical_id   TEXT,
    inputs        TEXT    NOT NULL CHECK (json_valid(inputs)),
    intent        TEXT    CHECK (json_valid(intent)),
    replaces      INTEGER,
    attempt       INTEGER NOT NULL CHECK (attempt >= 0),
    error         TEXT,
    started_at    INTEGER NOT NULL,
    accepted_at   INTEGER,
    ended_at      INTEGER,
    PRIMARY KEY (stack_id, id),
    FOREIGN KEY (stack_id, update_number) REFERENCES update_run (stack_id, number) ON DELETE CASCADE,
    CHECK ((ended_at IS NOT NULL) = (status IN ('done', 'failed'))),
    CHECK (status <> 'accepted' OR physical_id IS NOT NULL)
) STRICT;
CREATE INDEX operation_open ON operation (stack_id, started_at) WHERE status IN ('intended', 'accepted', 'unknown');
CREATE INDEX operation_done ON operation (stack_id, type, kind, ended_at, started_at) WHERE status = 'done';
CREATE INDEX operation_update ON operation (stack_id, update_number);

CREATE TABLE version (
    number         INTEGER PRIMARY KEY,
    stack_id       INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    update_number  INTEGER NOT NULL,
    op             TEXT,
    at             INTEGER NOT NULL,
    key            INTEGER NOT NULL,
    urn            TEXT    NOT NULL,
    id             TEXT,
    removed        TEXT,
    custom         INTEGER CHECK (custom IN (0, 1)),
    status         TEXT    CHECK (status IN ('ready', 'creating', 'updating', 'deleting')),
    pending_delete INTEGER CHECK (pending_delete IN (0, 1)),
    tainted        INTEGER CHECK (tainted IN (0, 1)),
    parent         TEXT,
    provider       TEXT,
    inputs         TEXT    CHECK (json_valid(inputs)),
    outputs        TEXT    CHECK (json_valid(outputs)),
    options        TEXT    CHECK (json_valid(options)),
    dependencies   TEXT    CHECK (json_valid(dependencies)),
    error          TEXT,
    FOREIGN KEY (stack_id, update_number) REFERENCES update_run (stack_id, number) ON DELETE CASCADE,
    CHECK ((removed IS NULL) = (inputs IS NOT NULL)),
    CHECK ((removed IS NULL) = (outputs IS NOT NULL)),
    CHECK ((removed IS NULL) = (status IS NOT NULL))
) STRICT;
CREATE INDEX version_urn ON version (stack_id, urn, number);
CREATE INDEX version_update ON version (stack_id, update_number);

CREATE TABLE output (
    stack_id INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    name     TEXT    NOT NULL,
    value    TEXT    NOT NULL CHECK (json_valid(value)),
    PRIMARY KEY (stack_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE drift_run (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    stack_id   INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL,
    user       TEXT    NOT NULL,
    host       TEXT    NOT NULL,
    checked    INTEGER NOT NULL CHECK (checked >= 0),
    error      TEXT
) STRICT;
CREATE INDEX drift_run_stack ON drift_run (stack_id, started_at);

CREATE TABLE drift_finding (
    run_id     INTEGER NOT NULL REFERENCES drift_run (id) ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('changed', 'gone', 'ambient', 'ignored', 'unmanaged')),
    urn        TEXT,
    type       TEXT    NOT NULL,
    id         TEXT,
    path       TEXT,
    declared   TEXT    CHECK (json_valid(declared)),
    remembered TEXT    CHECK (json_valid(remembered)),
    observed   TEXT    CHECK (json_valid(observed)),
    PRIMARY KEY (run_id, number),
    CHECK (kind = 'unmanaged' OR urn IS NOT NULL)
) STRICT;
CREATE INDEX drift_finding_urn ON drift_finding (urn);
