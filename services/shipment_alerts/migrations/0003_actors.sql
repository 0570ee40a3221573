-- Actors of every county, for the functions of the own county's that are told of routines and signals.
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

-- Functions that do not want the weekly digest.
CREATE TABLE without_digest (
    function uuid PRIMARY KEY
);

INSERT INTO due (kind, id, at) VALUES ('digest', '00000000-0000-0000-0000-000000000000', now());
