-- A new database takes no command before its topics and the other counties' reports have said that its county is new too.
UPDATE identity SET doubt = 'it is new, and has not asked its topics and the other counties yet'
WHERE doubt IS NULL AND NOT EXISTS (SELECT FROM streams);
