-- Released pictures that one side has revised, until somebody of the other has read them as they are now.
CREATE TABLE revised_pictures (
    picture      uuid             PRIMARY KEY,
    municipality text COLLATE "C",  -- whose coordinator wrote; NULL: the police
    revised_at   timestamptz      NOT NULL
);
