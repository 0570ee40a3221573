"""How an event gets from one county's database into another's.

Read in this order. Sending: outbox, numbering, relay, sender. Receiving: inbox, handlers, dead_letters. `leading`
settles which process of a service does it. What is decided on the way lies in `shared/protocol`, where each stream
stands in `shared/links`, and Kafka in `shared/transport`. No module here knows a word of any domain.
"""
