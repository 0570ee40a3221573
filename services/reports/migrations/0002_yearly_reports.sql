-- The county's yearly reports to Brå: drafts, and what was frozen with the positions that it was counted at.
CREATE TABLE yearly_reports (
    year       integer PRIMARY KEY,
    version    bigint  NOT NULL,
    texts      jsonb   NOT NULL,  -- by heading
    written_by text    NOT NULL,  -- who wrote last: somebody else checks
    checked_by text,
    content    json,              -- as it was frozen; json, which keeps the order
    sources    json               -- by topic: epoch and number
);
INSERT INTO due (kind, id, at) VALUES ('remind', '00000000-0000-0000-0000-000000000000', now());
