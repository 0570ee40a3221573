-- Actors of every county, for the functions of the own county's that are told of routines.
CREATE TABLE actors (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind = 'actor'),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);
