-- Areas, weeks, quarters and years of EST of every county. Own rows are the truth, the others' a read model.
CREATE TABLE est (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('est-area', 'weekly-picture', 'quarter-priority', 'year-review')),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,  -- areas in Swedish order; weeks, quarters and years the newest first
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE INDEX est_in_order ON est (kind, sort_key, county, id);
CREATE INDEX est_weeks_of_areas ON est (county, (state ->> 'area'), sort_key) WHERE kind = 'weekly-picture';

-- What reporters have seen in own areas. It stays in this county, and is in no event.
CREATE TABLE est_observations (
    id            uuid        PRIMARY KEY,
    area          uuid        NOT NULL,
    iso_week_year integer     NOT NULL,  -- a week has a year of its own
    iso_week      integer     NOT NULL,
    category      text        NOT NULL,
    punctuality   text        NOT NULL,  -- a late one counts in no picture
    reported_at   timestamptz NOT NULL,
    details       jsonb       NOT NULL
);

CREATE INDEX est_observations_of_weeks ON est_observations (area, iso_week_year, iso_week);

-- What is done at once about a week of an own area.
CREATE TABLE est_measures (
    id            uuid        PRIMARY KEY,
    area          uuid        NOT NULL,
    iso_week_year integer     NOT NULL,
    iso_week      integer     NOT NULL,
    noted_at      timestamptz NOT NULL,
    details       jsonb       NOT NULL
);

CREATE INDEX est_measures_of_weeks ON est_measures (area, iso_week_year, iso_week);

-- A recovered database may have lost its plans: areas without one are looked for again and again.
INSERT INTO due (kind, id, at) VALUES ('est-tidy', '00000000-0000-0000-0000-000000000000', now());
