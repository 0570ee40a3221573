-- Whoever comes instead of an invitee is told too: a row for each contact function that stands for an
-- invitee, at each mailbox.
ALTER TABLE told_invitees DROP CONSTRAINT told_invitees_pkey;
ALTER TABLE told_invitees ADD PRIMARY KEY (county, meeting, invitee, contact_function, mailbox);

-- The feed of a function reads the meetings to which it comes instead of another, and no others.
CREATE INDEX meetings_of_answers ON meetings USING gin ((state -> 'invitees') jsonb_path_ops) WHERE kind = 'invitation';
CREATE INDEX home_meetings_of_answers ON home_meetings USING gin ((state -> 'answers') jsonb_path_ops);
