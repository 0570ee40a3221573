-- Letters that can be answered by mail: whoever has the code in the subject, and writes from this mailbox, may answer.
CREATE TABLE letter_codes (
    digest     bytea PRIMARY KEY,           -- SHA-256 of the code
    mailbox    text COLLATE "C" NOT NULL,   -- the shared mailbox that was asked
    county     text COLLATE "C" NOT NULL,   -- the host
    about      uuid NOT NULL,               -- the action item, or the minutes
    epoch      bigint NOT NULL,             -- with the version: what was read
    version    bigint NOT NULL,
    approver   uuid,                        -- of minutes
    written_at timestamptz NOT NULL         -- by the clock of the writer
);

CREATE INDEX letter_codes_written ON letter_codes (written_at);
