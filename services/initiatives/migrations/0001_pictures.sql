-- Problem pictures of every county that were released. Own rows are the truth, the others' a read model.
CREATE TABLE pictures (
    county     text COLLATE "C" NOT NULL,  -- the owner: of its topic, not what an event says
    id         uuid             NOT NULL,
    kind       text             NOT NULL,
    epoch      bigint           NOT NULL,  -- (epoch, version): the higher, the newer
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,  -- of the event that wrote the row; 0 for own ones
    projection integer          NOT NULL,  -- of the code that wrote it
    withdrawn  boolean          NOT NULL DEFAULT false,  -- its owner has it no more
    sort_key   text COLLATE "C" NOT NULL,  -- Swedish order, made in Python
    search     text COLLATE "C" NOT NULL,  -- folded text for parts of words
    state      jsonb            NOT NULL,  -- the contract's state; archived ones stay
    PRIMARY KEY (county, id)
);

CREATE INDEX pictures_in_order ON pictures (sort_key, county, id);

-- What stays in this county, of every kind. No event is made of it.
CREATE TABLE home (
    id       uuid             PRIMARY KEY,
    kind     text             NOT NULL,
    version  bigint           NOT NULL,
    sort_key text COLLATE "C" NOT NULL,
    search   text COLLATE "C" NOT NULL,
    state    jsonb            NOT NULL
);

CREATE INDEX home_in_order ON home (kind, sort_key, id);
