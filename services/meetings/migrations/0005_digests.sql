-- Functions that do not want the weekly digest of what they have not finished.
CREATE TABLE without_digest (
    function uuid PRIMARY KEY
);

INSERT INTO due (kind, id, at) VALUES ('digest', '00000000-0000-0000-0000-000000000000', now());
