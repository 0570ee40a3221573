"""Takes an event from one county's database into another's.

Read in this order. Sending: outbox, numbering, relay, sender. Receiving: inbox, effects, handlers, dead_letters.
`leading` elects the process of a service that does it. The decisions lie in `shared/protocol`, the state of each
stream in `shared/links`, Kafka in `shared/transport`. No module here knows any domain.
"""
