-- Trainings and occasions of every county. Own rows are the truth, the others' a read model.
CREATE TABLE trainings (
    county     text COLLATE "C" NOT NULL,  -- the owner: of its topic, not what an event says
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('training', 'occasion')),
    epoch      bigint           NOT NULL,  -- (epoch, version): the higher, the newer
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,  -- of the event that wrote the row; 0 for own ones
    projection integer          NOT NULL,  -- of the code that wrote it
    withdrawn  boolean          NOT NULL DEFAULT false,  -- its owner has it no more
    sort_key   text COLLATE "C" NOT NULL,  -- trainings in Swedish order, occasions by their time
    search     text COLLATE "C" NOT NULL,  -- folded text for parts of words
    state      jsonb            NOT NULL,  -- the contract's state; retired and cancelled ones stay
    PRIMARY KEY (county, id)
);

CREATE INDEX trainings_in_order ON trainings (kind, sort_key, county, id);

-- Requests, answers and certificates of every county, in the same way. Nobody is named here.
CREATE TABLE enrolments (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('request', 'answer', 'certificate')),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,  -- certificates by their day
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE INDEX enrolments_in_order ON enrolments (kind, sort_key, county, id);
CREATE INDEX answers_of_occasions ON enrolments (county, (state ->> 'occasion')) WHERE kind = 'answer';
CREATE INDEX certificates_by_fingerprint ON enrolments ((state ->> 'fingerprint')) WHERE kind = 'certificate';

-- Actors, to count how many of a type a municipality has: where they are few, it is not told.
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

CREATE INDEX actors_of_places ON actors (county, (state ->> 'municipality'), (state ->> 'type'));

-- Who the participants of the own county are: never in a state or an event.
CREATE TABLE participants (
    id       uuid PRIMARY KEY,               -- by which the host knows the participant
    request  uuid NOT NULL,
    county   text NOT NULL,                  -- the host
    occasion uuid NOT NULL,
    mailbox  text NOT NULL,                  -- who it is: a person is enrolled once for an occasion
    name     text NOT NULL
);

CREATE INDEX participants_of_requests ON participants (request);
CREATE INDEX participants_of_occasions ON participants (county, occasion, mailbox);

-- Since when the newest version of an own request waits for its answer.
CREATE TABLE asked (
    request uuid        PRIMARY KEY,
    at      timestamptz NOT NULL
);

-- The codes of own certificates: the participant and this county alone have them.
CREATE TABLE certificate_codes (
    certificate uuid PRIMARY KEY,
    code        text NOT NULL,
    undone      boolean NOT NULL DEFAULT false  -- taken back because the host's record said so, and by nobody else
);

-- The digest of the secret under which calendars subscribe to this county's occasions.
CREATE TABLE calendar_secret (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    digest   bytea   NOT NULL
);

-- What nobody planned, because a recovered database took it over, is looked for again and again; see handlers.py.
INSERT INTO due (kind, id, at) VALUES ('tidy', '00000000-0000-0000-0000-000000000000', now());
