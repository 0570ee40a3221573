-- Lets PostgreSQL know how many meetings that stay here are whose, so that a page reads them in the order of their time.
CREATE STATISTICS hosts_of_home_meetings ON (coalesce(state ->> 'municipality', '')) FROM home_meetings;
