-- Joint measures and the answers to them, of every county. Own rows are the truth, the others' a read model.
CREATE TABLE joint_measures (
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

CREATE INDEX joint_measures_in_order ON joint_measures (sort_key, county, id);
CREATE INDEX joint_answers ON joint_measures ((state -> 'joint')) WHERE kind = 'joint-answer';
