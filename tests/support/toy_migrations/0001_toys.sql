CREATE TABLE toys (
    id      uuid    PRIMARY KEY,
    name    text    NOT NULL,
    version integer NOT NULL
);
