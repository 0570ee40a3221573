-- The version of a site: whoever changes it names the one that was seen.
ALTER TABLE sites ADD COLUMN version bigint NOT NULL DEFAULT 1;
