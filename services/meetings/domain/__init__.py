"""Decisions about meetings and invitations. Pure: nothing here waits, reads or writes.

life       every step of a meeting and of an answer, in two tables
plan       what a host writes of a meeting, and the meeting that stays in its county
invitees   who is invited, by ids that mean them at this meeting alone
meeting    what the host decides
answering  what the counties of the invitees answer, and which answers count
presence   how often the members of a network came
ids        computed from what they are about
"""
