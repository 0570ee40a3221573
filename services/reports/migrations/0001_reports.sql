-- What is counted: aggregates of every county, this one's included, as their owners have published them.
CREATE TABLE actors (
    county     text COLLATE "C" NOT NULL,  -- the owner: of its topic, not what an event says
    id         uuid             NOT NULL,
    kind       text             NOT NULL,
    epoch      bigint           NOT NULL,  -- (epoch, version): the higher, the newer
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,  -- of the event that wrote the row
    projection integer          NOT NULL,  -- of the code that wrote it
    withdrawn  boolean          NOT NULL DEFAULT false,  -- its owner has it no more
    sort_key   text COLLATE "C" NOT NULL,  -- the day in Sweden to which it belongs, where it has one
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);
CREATE TABLE trainings (LIKE actors INCLUDING ALL);
CREATE TABLE enrolments (LIKE actors INCLUDING ALL);
CREATE TABLE meetings (LIKE actors INCLUDING ALL);
CREATE TABLE signals (LIKE actors INCLUDING ALL);
CREATE TABLE guidance (LIKE actors INCLUDING ALL);

CREATE INDEX trainings_by_day ON trainings (kind, sort_key);
CREATE INDEX answers_of_occasions ON enrolments (county, (state ->> 'occasion')) WHERE kind = 'answer';
CREATE INDEX meetings_by_day ON meetings (sort_key);
CREATE INDEX signals_by_week ON signals (sort_key);

-- What is public of each quarter. It is kept, for what was said once limits what may be said later.
CREATE TABLE publications (
    year         integer     NOT NULL,
    quarter      integer     NOT NULL,
    counts       jsonb       NOT NULL,  -- the true numbers: [dimension, value, number] each
    shown        jsonb       NOT NULL,  -- the same as everybody sees them, null where a number is hidden
    published_at timestamptz NOT NULL,
    PRIMARY KEY (year, quarter)
);
INSERT INTO due (kind, id, at) VALUES ('publish', '00000000-0000-0000-0000-000000000000', now());
