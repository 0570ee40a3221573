"""The mirror of a county: MirrorMaker 2 brings what other counties share to the county's own Kafka."""
