"""Commands, each in one transaction. Routes, reactions and due jobs call the same ones.

hosting     the host answers requests and gives out seats
attendance  the host records who came
enrolling   the asking county requests seats, and settles the request
certifying  the home county issues certificates, takes them back, and lets them expire
telling     the home county tells its participants what is new, by e-mail
tickets     what calendars show of an occasion, and a participant's file of it
upkeep      repairs plans that a recovered database has lost, and empties old rows

docs/architecture.md has the order in which they lock. A command that decides on an own occasion locks the occasion
first, also if it starts from a request. So two commands never wait for each other.
"""
