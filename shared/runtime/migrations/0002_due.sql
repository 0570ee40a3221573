-- What must happen later to an aggregate: written in the transaction that plans it, gone in the one that does it.
CREATE TABLE due (
    kind     text        NOT NULL,             -- what is to be done
    id       uuid        NOT NULL,             -- to which aggregate
    at       timestamptz NOT NULL,             -- not before, by the clock of the writer
    failures integer     NOT NULL DEFAULT 0,   -- in a row
    tried_at timestamptz,                      -- when it failed last, by the database's clock
    PRIMARY KEY (kind, id)
);

CREATE INDEX due_at ON due (at);
