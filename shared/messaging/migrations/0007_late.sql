-- Streams that were not complete for long. `norrsam late` shows what came late.
CREATE TABLE late (
    topic  text        NOT NULL,
    since  timestamptz NOT NULL,   -- up to when it was complete
    epoch  bigint      NOT NULL,   -- what was applied by then
    number bigint      NOT NULL,
    until  timestamptz,            -- up to when it was complete when it was no longer late; null while it is
    events bigint,                 -- how many numbers had come by then; null if an epoch had begun
    PRIMARY KEY (topic, since)
);
CREATE UNIQUE INDEX late_now ON late (topic) WHERE until IS NULL;
