ALTER TABLE dead_letters ADD COLUMN attempts integer NOT NULL DEFAULT 0;  -- how often it was retried
