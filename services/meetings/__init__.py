"""Meetings of four counties, who is invited, what each answers, and who came.

Read in this order: domain, commands, store, api, handlers, service: the same rooms as in `actors`. The host alone
changes a meeting; the county that owns an invited actor alone answers for it (`docs/meetings.md`).
"""
