"""Reports: counts made of the events of all counties, this one's included. It publishes nothing."""
