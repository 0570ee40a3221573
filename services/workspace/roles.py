"""Sets of roles, for whom a page is or a thing is to be done."""

from shared.runtime.auth import Role

EVERYBODY = frozenset(Role)
COORDINATORS = frozenset({Role.COUNTY_COORDINATOR})
POLICE = frozenset({Role.POLICE})
MUNICIPAL = frozenset({Role.MUNICIPAL_COORDINATOR})
BOARD = COORDINATORS | {Role.READER}
ENROLLERS = COORDINATORS | MUNICIPAL
ENROLMENT_READERS = BOARD | ENROLLERS
REGISTER = COORDINATORS | {Role.OPERATOR}
MEMBERS = EVERYBODY - {Role.OPERATOR}
ANSWERERS = MEMBERS - {Role.READER}
HOSTS = ANSWERERS - {Role.POLICE}
OPEN: frozenset[Role] | None = None
