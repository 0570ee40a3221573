-- The feed of a function reads the meetings that it is invited to, and no others.
CREATE INDEX meetings_of_invitees ON meetings USING gin ((state -> 'invitees') jsonb_path_ops) WHERE kind = 'meeting';
CREATE INDEX home_meetings_of_invitees ON home_meetings USING gin ((state -> 'invitees') jsonb_path_ops);
