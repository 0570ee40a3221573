-- What each own function was told last of a meeting that it was invited to.
CREATE TABLE told_invitees (
    invitee          uuid PRIMARY KEY,  -- the random id that it has at this meeting
    county           text COLLATE "C" NOT NULL,  -- the host
    meeting          uuid NOT NULL,
    actor            uuid NOT NULL,     -- of this county
    contact_function uuid NOT NULL,
    standing         text NOT NULL
);

CREATE INDEX told_of_meetings ON told_invitees (meeting);
