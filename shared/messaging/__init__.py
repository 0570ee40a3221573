"""How an event gets from one county's database into another's: the delivery protocol.

Read in this order. Sending: envelope, outbox, numbering, relay, sender. Receiving: inbox, checkpoints, progress,
judging, handlers, dead_letters. Knowing: links, reporter, identity, freshness. `kafka`, `leading` and `outages` are
what all of them stand on. No module here knows a word of any domain.
"""
