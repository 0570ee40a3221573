"""The workspace: the county's pages for people."""
