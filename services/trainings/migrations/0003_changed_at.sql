-- When this county has learnt of the last change of a training or an occasion: calendars show it as DTSTAMP. What the
-- clock brings (enrolment opens, closes) is no change there.
ALTER TABLE trainings ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER trainings_changed BEFORE UPDATE ON trainings FOR EACH ROW
WHEN (NEW.state - 'status' - 'released' IS DISTINCT FROM OLD.state - 'status' - 'released')
EXECUTE FUNCTION note_change();
