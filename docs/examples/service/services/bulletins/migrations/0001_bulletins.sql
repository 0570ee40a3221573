-- Bulletins of every county. (epoch, version): the higher, the newer; number is that of the event, 0 for own rows.
CREATE TABLE bulletins (
    county text COLLATE "C" NOT NULL, id uuid NOT NULL, kind text NOT NULL,
    epoch bigint NOT NULL, version bigint NOT NULL, number bigint NOT NULL DEFAULT 0,
    projection integer NOT NULL DEFAULT 0, withdrawn boolean NOT NULL DEFAULT false,
    sort_key text COLLATE "C" NOT NULL, search text COLLATE "C" NOT NULL,
    state jsonb NOT NULL,
    PRIMARY KEY (county, id)
);
CREATE INDEX bulletins_in_order ON bulletins (kind, sort_key, county, id);
