-- Measures, and how many municipalities have what lag (2023:196) asks for: of every county, as it was published.
CREATE TABLE initiatives (LIKE actors INCLUDING ALL);
CREATE INDEX initiatives_by_day ON initiatives (kind, sort_key);
