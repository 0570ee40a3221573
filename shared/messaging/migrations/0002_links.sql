-- What a service and its neighbours know of each other, and whether this database is the one that has published.

-- One row. `doubt` says why this database may not be the one that published; then it takes no commands.
CREATE TABLE identity (
    only_row          boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    system_identifier bigint  NOT NULL,
    timeline          bigint  NOT NULL,
    outbox            bigint  NOT NULL,             -- the oid of the table: a restored dump has another one
    epoch             bigint  NOT NULL DEFAULT 1,   -- of every stream of this database; a recovered one begins a new one
    generation        bigint  NOT NULL DEFAULT 0,   -- of the last leader, for its reports on links
    doubt             text
);

-- Which database this is now. The last checkpoint may be older than a promotion, so the timeline is that of the WAL.
CREATE FUNCTION present_identity(OUT system_identifier bigint, OUT timeline bigint, OUT outbox bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.system_identifier,
        CASE WHEN pg_is_in_recovery() THEN c.timeline_id::bigint
            ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::bigint END,
        'outbox'::regclass::oid::bigint
    FROM pg_control_system() s, pg_control_checkpoint() c
$$;
INSERT INTO identity (system_identifier, timeline, outbox) SELECT * FROM present_identity();

ALTER TABLE streams ADD COLUMN restated_at timestamptz;  -- when the stream was last written again

ALTER TABLE checkpoints
    ADD COLUMN event_id       text,                 -- ce_id of `number`
    ADD COLUMN gaps           int8multirange NOT NULL DEFAULT '{}',  -- numbers below `number` that have not come
    ADD COLUMN marker         int8range,            -- a restate that waits for numbers within it
    ADD COLUMN last_record_at timestamptz,          -- when anything came from the topic, duplicates too
    ADD COLUMN heard_epoch    bigint,               -- what the owner last said of its stream
    ADD COLUMN heard_first    bigint,
    ADD COLUMN heard_last     bigint,
    ADD COLUMN heard_as_of    timestamptz,
    ADD COLUMN complete_until timestamptz,
    ADD COLUMN behind_since   timestamptz;          -- the owner has more than has come; null if it has not
UPDATE checkpoints SET gaps = coalesce(
    (SELECT range_agg(int8range(first_number, last_number, '[]')) FROM gaps WHERE gaps.topic = checkpoints.topic), '{}');
DROP TABLE gaps;

-- The newest report of every service that was heard: what it has written, and what it has applied.
CREATE TABLE links (
    county     text        NOT NULL,
    service    text        NOT NULL,
    generation bigint      NOT NULL,
    counter    bigint      NOT NULL,
    report     text        NOT NULL,                -- LinksReported, as it came
    heard_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (county, service)
);

ALTER TABLE dead_letters ADD COLUMN event_type text;  -- ce_type, where it could be read
UPDATE dead_letters SET event_type = substring(detail FROM 'know the type (.*)$') WHERE reason = 'unknown-type';

-- The number in code of each projection that has been applied here. `whole` is false while it is rebuilt.
CREATE TABLE projections (
    name   text    PRIMARY KEY,
    number integer NOT NULL,
    whole  boolean NOT NULL
);
