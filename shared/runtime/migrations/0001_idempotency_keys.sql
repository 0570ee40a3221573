-- Answers to commands that named an Idempotency-Key, written in the command's own transaction.
CREATE TABLE idempotency_keys (
    sub          text        NOT NULL,          -- who asked
    method       text        NOT NULL,
    path         text        NOT NULL,
    key          text        NOT NULL,
    request_hash bytea       NOT NULL,          -- SHA-256 of what was asked
    status       smallint,                      -- null only inside the transaction that runs the command
    headers      json,
    body         bytea,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (sub, method, path, key)
);

-- Rows are kept for seven days.
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
