-- The machinery of delivery, the same in every service's database.

-- What this service has published or will publish. Rows stay after sending: they are the event log.
CREATE TABLE outbox (
    position   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order of writing; within an aggregate, order of versions
    id         uuid        NOT NULL UNIQUE,                      -- ce_id
    topic      text        NOT NULL,
    key        bytea       NOT NULL,
    headers    json        NOT NULL,                             -- all but ce_epoch and ce_sequence
    payload    bytea       NOT NULL,                             -- the bytes that are sent
    epoch      bigint,
    number     bigint,                                           -- null until the relay has numbered it
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (topic, epoch, number),
    CHECK ((epoch IS NULL) = (number IS NULL))
) WITH (fillfactor = 70);

-- The relay looks here five times a second: it must cost nothing when there is nothing to number.
CREATE INDEX outbox_unnumbered ON outbox (position) WHERE number IS NULL;

-- One row for each topic that this service writes. Numbers count within (topic, epoch).
CREATE TABLE streams (
    topic        text   PRIMARY KEY,
    epoch        bigint NOT NULL DEFAULT 1,
    numbered     bigint NOT NULL DEFAULT 0,   -- the last number given
    acknowledged bigint NOT NULL DEFAULT 0,   -- the last number that Kafka has confirmed
    CHECK (acknowledged <= numbered)
);

-- One row for each topic that this service reads: up to where it has applied it.
CREATE TABLE checkpoints (
    topic         text        PRIMARY KEY,
    epoch         bigint      NOT NULL DEFAULT 1,
    number        bigint      NOT NULL DEFAULT 0,       -- the highest number seen in this epoch
    cluster_id    text        NOT NULL DEFAULT '',      -- the Kafka cluster that next_offset belongs to
    next_offset   bigint      NOT NULL DEFAULT 0,       -- where to read on
    stopped       text,                                 -- why the stream stands still; null while it runs
    last_event_at timestamptz                           -- ce_time of the newest event
);

-- Numbers below a checkpoint that have not come. Ranges of one topic never overlap.
CREATE TABLE gaps (
    topic        text        NOT NULL REFERENCES checkpoints,
    first_number bigint      NOT NULL,
    last_number  bigint      NOT NULL CHECK (last_number >= first_number),
    noticed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic, first_number)
);

-- Records that could not be applied, kept as they came.
CREATE TABLE dead_letters (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic       text        NOT NULL,
    fingerprint bytea       NOT NULL,          -- SHA-256 of key, headers and value
    reason      text        NOT NULL CHECK (reason IN ('false-envelope', 'unknown-type', 'invalid-data', 'handler-error')),
    detail      text        NOT NULL,
    record_offset bigint    NOT NULL,
    key         bytea,
    headers     json        NOT NULL,          -- [[name, base64 of the value or null], …]
    value       bytea,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at  timestamptz,                   -- applied or discarded; null while open
    outcome     text CHECK (outcome IN ('applied', 'discarded')),
    UNIQUE (topic, fingerprint),
    CHECK ((settled_at IS NULL) = (outcome IS NULL))
);

-- What each reaction has acted on, so that nothing older is acted on after it.
CREATE TABLE reacted (
    reaction text   NOT NULL,
    county   text   NOT NULL,
    id       uuid   NOT NULL,
    epoch    bigint NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (reaction, county, id)
);
