-- A report that says nothing new carries its time alone. The time is kept here, and not at each checkpoint that it tells of.
ALTER TABLE links
    ADD COLUMN as_of     timestamptz,                        -- of the newest report
    ADD COLUMN proved_at timestamptz,                        -- of the newest one that was not from the future, since `report`
    ADD COLUMN heads     text[] NOT NULL DEFAULT '{}',       -- the topics of which `report` has told their checkpoints
    SET (toast_tuple_target = 128);                          -- `report` stays apart, so that a new time is a small row
