-- Which own requests a municipality's coordinator has made, for which municipality. Those of the county are not here.
CREATE TABLE municipal_requests (
    request      uuid             PRIMARY KEY,
    municipality text COLLATE "C" NOT NULL
);

CREATE INDEX municipal_requests_of ON municipal_requests (municipality);
