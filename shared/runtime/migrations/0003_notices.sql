-- What people are to be told by e-mail: written in the transaction that causes it, sent by the relay's leader.
CREATE TABLE notices (
    position   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,  -- order of writing
    id         uuid             NOT NULL UNIQUE,     -- the Message-ID is made of it
    epoch      bigint           NOT NULL,            -- of the database: what was written before a recovery is not sent
    kind       text             NOT NULL,
    recipient  uuid             NOT NULL,            -- whose mailbox it is: a participant, a contact function
    address    text COLLATE "C",                     -- null once the recipient's data are gone
    about      uuid             NOT NULL,            -- what it tells of
    subject    text,                                 -- with the text, gone once it is sent
    text       text,
    calendar   bytea,
    method     text,                                 -- of a calendar mail; null for any other
    at         timestamptz      NOT NULL,            -- not sent before, by the clock of the writer
    tried_next timestamptz      NOT NULL,            -- when it is tried next, by the same clock
    attempts   integer          NOT NULL DEFAULT 0,
    mail       uuid,                                 -- the mail that it goes in: the id of its first notice
    reason     text,                                 -- why it has not been taken, without the server's words
    outcome    text CHECK (outcome IN ('sent', 'refused', 'replaced', 'discarded')),
    settled_at timestamptz,
    CHECK ((outcome IS NULL) = (settled_at IS NULL))
);

-- The relay's leader looks here every few seconds: it must cost nothing when nothing waits.
CREATE INDEX notices_waiting ON notices (position) WHERE outcome IS NULL;
CREATE INDEX notices_refused ON notices (position) WHERE outcome = 'refused';
CREATE INDEX notices_of_mailboxes ON notices (address, about);
CREATE INDEX notices_of_recipients ON notices (recipient);
CREATE INDEX notices_settled ON notices (settled_at);
