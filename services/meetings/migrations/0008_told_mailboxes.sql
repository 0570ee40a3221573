-- At which shared mailbox a function was told; and of whose meeting, for another county may use the same ids.
ALTER TABLE told_invitees ADD COLUMN mailbox text;

UPDATE told_invitees AS told SET mailbox = (
    SELECT function ->> 'mailbox' FROM actors, jsonb_array_elements(actors.state -> 'contact_functions') AS function
    WHERE actors.kind = 'actor' AND actors.id = told.actor AND function ->> 'id' = told.contact_function::text
    LIMIT 1
);

DELETE FROM told_invitees WHERE mailbox IS NULL OR standing = 'LEFT_OUT';

ALTER TABLE told_invitees ALTER COLUMN mailbox SET NOT NULL;
ALTER TABLE told_invitees DROP CONSTRAINT told_invitees_pkey;
ALTER TABLE told_invitees ADD PRIMARY KEY (county, meeting, invitee);

ALTER TABLE answered ADD COLUMN county text COLLATE "C" NOT NULL DEFAULT '';

UPDATE answered SET county = told.county FROM told_invitees AS told WHERE told.invitee = answered.invitee;

ALTER TABLE answered ALTER COLUMN county DROP DEFAULT;
ALTER TABLE answered DROP CONSTRAINT answered_pkey;
ALTER TABLE answered ADD PRIMARY KEY (county, invitee);

-- Which own function was told last that it is to do an action item.
CREATE TABLE told_owners (
    county   text COLLATE "C" NOT NULL,  -- the host
    item     uuid NOT NULL,
    actor    uuid,                       -- of this county; NULL: its board or police
    function text NOT NULL,
    PRIMARY KEY (county, item)
);
