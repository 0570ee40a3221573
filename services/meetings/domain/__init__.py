"""Decisions about meetings, and what follows from them. Pure: nothing here waits, reads or writes.

life              every step of a meeting and of an answer, in two tables
plan              what a host writes of a meeting, and the meeting that stays in its county
invitees          who is invited, by ids that mean them at this meeting alone
meeting           what the host decides
answering         what the counties of the invitees answer, and which answers count
presence          how often the members of a network came
meeting_letters   what invited functions are told by mail
follow_up         every step of minutes, approvals, action items and reports, in four tables
minutes           what the host decides of minutes
approvals         what an approver's county says of the revision that was read
action_items      who is to do what until when, and how far it is; follow_up_letters what they are told by mail
letter_replies    how letters are answered by mail
ids               computed from what they are about
"""
