-- A row for each log-in. The cookie itself is nowhere: a dump logs nobody in.
CREATE TABLE logins (
    id       bytea       PRIMARY KEY,  -- SHA-256 of the cookie's random bytes
    sealed   text        NOT NULL,     -- the tokens, as a JWE under NORRSAM_LOGIN_KEY_FILE
    began_at timestamptz NOT NULL,
    used_at  timestamptz NOT NULL
);
CREATE INDEX logins_used_at ON logins (used_at);
