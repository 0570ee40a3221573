-- The report of the last recovery: whoever repeats an interrupted `norrsam recover` is told what it has done.
ALTER TABLE identity ADD COLUMN recovery json;
