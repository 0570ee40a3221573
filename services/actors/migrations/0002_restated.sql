-- What a restate needs to know of a row, and a read model that is built anew.
ALTER TABLE aggregates
    ADD COLUMN number     bigint  NOT NULL DEFAULT 0,      -- of the event that wrote the row; 0 for own ones
    ADD COLUMN projection integer NOT NULL DEFAULT 0,      -- of the code that wrote it
    ADD COLUMN withdrawn  boolean NOT NULL DEFAULT false;  -- its owner has it no more
