-- Measures of every county that were released. Own rows are the truth, the others' a read model.
CREATE TABLE measures (
    county     text COLLATE "C" NOT NULL,
    id         uuid             NOT NULL,
    kind       text             NOT NULL,
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

CREATE INDEX measures_in_order ON measures (sort_key, county, id);

-- Own measures that follow another county's, with the follow-up of it that was last heard of here.
CREATE TABLE borrowed (
    measure    uuid PRIMARY KEY,
    county     text NOT NULL,  -- of the model
    model      uuid NOT NULL,
    follow_up  jsonb,          -- null: it has had none
    changed_at timestamptz     -- null: nobody need be told of it
);

CREATE INDEX borrowed_by_model ON borrowed (county, model);
