-- Minutes, approvals, action items and reports of every county. Own rows are the truth, the others' a read model.
CREATE TABLE follow_ups (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL CHECK (kind IN ('minutes', 'approval', 'action-item', 'report')),
    epoch      bigint           NOT NULL,
    version    bigint           NOT NULL,
    number     bigint           NOT NULL,
    projection integer          NOT NULL,
    withdrawn  boolean          NOT NULL DEFAULT false,
    sort_key   text COLLATE "C" NOT NULL,  -- minutes and items by the day until which something is to be done
    search     text COLLATE "C" NOT NULL,
    state      jsonb            NOT NULL,
    PRIMARY KEY (county, id)
);

CREATE INDEX follow_ups_in_order ON follow_ups (kind, sort_key, county, id);
CREATE INDEX reports_of_items ON follow_ups ((state -> 'item' ->> 'id')) WHERE kind = 'report';
CREATE INDEX minutes_of_meetings ON follow_ups (county, (state ->> 'meeting'));

-- Each decision of minutes, for the register: found by its own words, newest first. Made from the rows of minutes.
CREATE TABLE decisions (
    county           text COLLATE "C" NOT NULL,
    minutes          uuid             NOT NULL,
    number           integer          NOT NULL,
    sort_key         text COLLATE "C" NOT NULL,
    search           text COLLATE "C" NOT NULL,
    replaces_county  text COLLATE "C",
    replaces_minutes uuid,
    replaces_number  integer,
    PRIMARY KEY (county, minutes, number)
);

CREATE INDEX decisions_in_order ON decisions (sort_key, county, minutes, number);
CREATE INDEX decisions_replaced ON decisions (replaces_county, replaces_minutes, replaces_number);

-- Minutes before they are circulated. They stay in this county, and are in no event.
CREATE TABLE minutes_drafts (
    id         uuid   PRIMARY KEY,
    meeting    uuid   NOT NULL UNIQUE,
    version    bigint NOT NULL,
    approve_by date,
    details    jsonb  NOT NULL
);
