"""Systems that are broken on purpose, and brought back by what docs/runbook.md says and nothing else."""
