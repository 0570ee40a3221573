"""How an event gets from one county's database into another's: the delivery protocol.

Read in this order: envelope, outbox, relay, sender, inbox, checkpoints, progress, judging, handlers,
dead_letters. No module here knows
a word of any domain.
"""
