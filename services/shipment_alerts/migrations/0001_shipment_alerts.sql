-- Signals, feedback and report numbers of every county. Own rows are the truth, the others' a read model.
CREATE TABLE signals (
    county     text COLLATE "C" NOT NULL,  -- the owner: of its topic, not what an event says
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('signal', 'feedback', 'report-numbers')),
    epoch      bigint           NOT NULL,  -- (epoch, version): the higher, the newer
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,  -- of the event that wrote the row; 0 for own ones
    projection integer          NOT NULL,  -- of the code that wrote it
    withdrawn  boolean          NOT NULL DEFAULT false,  -- its owner has it no more
    sort_key   text COLLATE "C" NOT NULL,  -- newest week first
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,  -- the contract's state; empty once it is too old to be kept
    PRIMARY KEY (county, id)
);

CREATE INDEX signals_in_order ON signals (kind, sort_key, county, id);

-- Routines, safety advice, acknowledgements, methods and implementations of every county, in the same way.
CREATE TABLE guidance (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL
        CHECK (kind IN ('routine', 'safety-advice', 'acknowledgements', 'method', 'implementation')),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,  -- newest first, or in Swedish order
    search     text COLLATE "C" NOT NULL,  -- folded text for parts of words
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE INDEX guidance_in_order ON guidance (kind, sort_key, county, id);

-- The own county's knowledge, which is in no event: who carries post, where, and which site has read what.
CREATE TABLE operators (
    slug    text PRIMARY KEY,
    name    text NOT NULL,
    routine text NOT NULL               -- who calls: the gate's last step
);

CREATE TABLE sites (
    id           uuid    PRIMARY KEY,   -- it has no name and no address: what is not kept cannot be told
    type         text    NOT NULL,
    operator     text    NOT NULL REFERENCES operators,
    municipality text    NOT NULL,
    active       boolean NOT NULL DEFAULT true
);

CREATE TABLE acknowledgements (
    site     uuid    NOT NULL REFERENCES sites,
    county   text    NOT NULL,          -- the routine's
    routine  uuid    NOT NULL,
    number   integer NOT NULL,          -- of the routine's version
    audience text    NOT NULL,
    PRIMARY KEY (site, county, routine, number)
);

-- Versions of routines and safety advice that wait for a second person.
CREATE TABLE drafts (
    id       uuid    PRIMARY KEY,
    kind     text    NOT NULL CHECK (kind IN ('routine', 'safety-advice')),
    target   uuid,                      -- which it is a version of; null for a new one
    exercise boolean NOT NULL,
    details  jsonb   NOT NULL,
    subject  text    NOT NULL,          -- who wrote it: whoever approves must be somebody else
    function text    NOT NULL
);

-- Once a day signals that are too old are emptied; see handlers.py.
INSERT INTO due (kind, id, at) VALUES ('tidy', '00000000-0000-0000-0000-000000000000', now());
