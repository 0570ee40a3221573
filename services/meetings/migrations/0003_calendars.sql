-- When this county has learnt of the last change of a meeting: calendars show it as DTSTAMP. Who came changes no entry.
ALTER TABLE meetings ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE home_meetings ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER meetings_changed BEFORE UPDATE ON meetings FOR EACH ROW
WHEN (NEW.state - 'attendance' IS DISTINCT FROM OLD.state - 'attendance') EXECUTE FUNCTION note_change();

CREATE TRIGGER home_meetings_changed BEFORE UPDATE ON home_meetings FOR EACH ROW
WHEN (NEW.state - 'attendance' - 'answers' IS DISTINCT FROM OLD.state - 'attendance' - 'answers')
EXECUTE FUNCTION note_change();

-- Under which secret addresses calendars subscribe (shared/runtime/calendar_files/serving.py).
CREATE TABLE calendar_feeds (
    feed   text  PRIMARY KEY,
    digest bytea NOT NULL UNIQUE
);

-- When the newest answer for an own invitee was given: what a calendar has answered may come late.
CREATE TABLE answered (
    invitee  uuid        PRIMARY KEY,  -- the random id that it has at one meeting
    sequence integer     NOT NULL,
    at       timestamptz NOT NULL
);
