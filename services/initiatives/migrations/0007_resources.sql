-- Handbooks, reports and legal sources that the counties recommend. Own rows are the truth, the others' a read model.
CREATE TABLE resources (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind = 'resource'),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,  -- by their titles, in Swedish order
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE INDEX resources_in_order ON resources (kind, sort_key, county, id);
