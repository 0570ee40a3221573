"""Partner agencies: what is agreed with them, in files, and what each may do by that on the county's Kafka."""
