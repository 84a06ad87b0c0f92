-- What people note about a stack, by name.
CREATE TABLE stack_tag (
    stack_id INTEGER NOT NULL REFERENCES stack (id) ON DELETE CASCADE,
    name     TEXT    NOT NULL CHECK (name <> ''),
    value    TEXT    NOT NULL,
    PRIMARY KEY (stack_id, name)
) STRICT, WITHOUT ROWID;
