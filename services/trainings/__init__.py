"""Trainings, the occasions on which they are held, and who gets a seat there.

Read in this order: domain, commands, store, api, handlers, service: the same rooms as in `actors`. The host county
alone gives seats out; another county asks for one with an event and is answered by an event (`docs/enrolment.md`).
Routes, events and the clock lead to the same commands.
"""
