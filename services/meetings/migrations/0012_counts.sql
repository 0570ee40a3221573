-- Of meetings that stay in a county all are told how many there were in a quarter.
ALTER TABLE meetings DROP CONSTRAINT meetings_kind_check;
ALTER TABLE meetings ADD CHECK (kind IN ('meeting', 'collaboration', 'invitation', 'counts'));
