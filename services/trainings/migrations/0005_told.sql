-- What a participant was told last of the seat, so that only what is new is told.
ALTER TABLE participants ADD COLUMN told text;
