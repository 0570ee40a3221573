-- Signals that partner agencies were shown on their own topics, and what they have answered.
CREATE TABLE partner_signals (
    agency          text COLLATE "C" NOT NULL,
    county          text COLLATE "C" NOT NULL,
    id              uuid             NOT NULL,
    epoch           bigint           NOT NULL,
    version         bigint           NOT NULL,
    holds           boolean          NOT NULL,
    shown_at        timestamptz      NOT NULL,
    acknowledged_at timestamptz,
    seen_version    bigint,
    code            text,
    reply_ids       text[]           NOT NULL DEFAULT '{}',
    escalated       boolean          NOT NULL DEFAULT false,
    PRIMARY KEY (agency, county, id)
);
CREATE INDEX partner_signals_of_signal ON partner_signals (county, id);

-- Up to where each partner's topic was read.
CREATE TABLE partner_positions (
    topic       text COLLATE "C" PRIMARY KEY,
    next_offset bigint NOT NULL
);

INSERT INTO due (kind, id, at) VALUES ('partners', '00000000-0000-0000-0000-000000000000', now());
