"""Commands, each in one transaction. Routes and reactions call the same ones.

hosting    the host plans, invites, changes, holds and closes
answering  a county acknowledges the meetings that it is invited to, and answers for its functions

docs/architecture.md has the order in which they lock: the meeting first, whether it is at home or shared.
"""
