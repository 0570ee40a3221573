-- Feeds have names, as in every service that has some (shared/runtime/calendar_files/serving.py). The address that this
-- county's feed has goes on.
CREATE TABLE calendar_feeds (
    feed   text  PRIMARY KEY,
    digest bytea NOT NULL UNIQUE
);

INSERT INTO calendar_feeds (feed, digest) SELECT 'county', digest FROM calendar_secret;

DROP TABLE calendar_secret;
