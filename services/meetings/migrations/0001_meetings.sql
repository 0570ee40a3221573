-- Meetings and answers of every county. Own rows are the truth, the others' a read model.
CREATE TABLE meetings (
    county     text COLLATE "C" NOT NULL,  -- the owner: of its topic, not what an event says
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('meeting', 'collaboration', 'invitation')),
    epoch      bigint           NOT NULL,  -- (epoch, version): the higher, the newer
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,  -- of the event that wrote the row; 0 for own ones
    projection integer          NOT NULL,  -- of the code that wrote it
    withdrawn  boolean          NOT NULL DEFAULT false,  -- its owner has it no more
    sort_key   text COLLATE "C" NOT NULL,  -- meetings by their time
    search     text COLLATE "C" NOT NULL,  -- folded text for parts of words
    state      jsonb            NOT NULL,  -- the contract's state; cancelled ones stay
    PRIMARY KEY (county, id)
);

CREATE INDEX meetings_in_order ON meetings (sort_key, county, id) WHERE kind <> 'invitation';
CREATE INDEX meetings_of_networks ON meetings ((state -> 'network'), sort_key) WHERE kind = 'meeting';

-- Meetings that stay in this county: drafts, and those of a kind that is not shared. No event is made of them.
CREATE TABLE home_meetings (
    id       uuid             PRIMARY KEY,
    version  bigint           NOT NULL,
    sort_key text COLLATE "C" NOT NULL,
    search   text COLLATE "C" NOT NULL,
    state    jsonb            NOT NULL
);

CREATE INDEX home_meetings_in_order ON home_meetings (sort_key, id);

-- Actors and networks of every county: who can be invited, and by what name.
CREATE TABLE actors (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('actor', 'network')),
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
