-- Actors, cooperation agreements and networks of every county. Own rows are the truth, the others' a read model:
-- one table, so that ids are unique across the three and a list shows all counties alike.
CREATE TABLE aggregates (
    county   text COLLATE "C" NOT NULL,  -- the owner: of its topic, not what an event says
    id       uuid             NOT NULL,
    kind     text             NOT NULL CHECK (kind IN ('actor', 'cooperation', 'network')),
    epoch    bigint           NOT NULL,  -- (epoch, version): the higher, the newer
    version  bigint           NOT NULL,
    sort_key text COLLATE "C" NOT NULL,  -- Swedish order, made in Python
    search   text COLLATE "C" NOT NULL,  -- folded text for parts of words
    state    jsonb            NOT NULL,  -- the contract's state; retired ones stay
    PRIMARY KEY (county, id)
);

CREATE INDEX aggregates_in_order ON aggregates (kind, sort_key, county, id);

-- The names of persons behind contact functions: of the own county alone, and never in a state or an event.
CREATE TABLE contact_persons (
    actor   uuid NOT NULL,
    contact uuid NOT NULL,
    name    text,
    PRIMARY KEY (actor, contact)
);
