-- Yearly focuses and lessons of every county. Own rows are the truth, the others' a read model.
CREATE TABLE lessons (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('focus', 'lesson')),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,  -- lessons in Swedish order, focuses by their years, the newest first
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE INDEX lessons_in_order ON lessons (kind, sort_key, county, id);
