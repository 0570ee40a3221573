-- What was told and answered long ago is forgotten, each day; see commands/upkeep.py.
INSERT INTO due (kind, id, at) VALUES ('tidy', '00000000-0000-0000-0000-000000000000', now());
