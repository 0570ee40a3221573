"""A workspace at work: all that its pages share."""

from collections.abc import Callable
from pathlib import Path

from services.workspace.county import CountyInterface
from services.workspace.files import StaticFiles
from services.workspace.lists import Option, options
from services.workspace.logins import Logins, Seal
from services.workspace.oidc import Provider
from services.workspace.settings import WorkspaceSettings
from services.workspace.words import Wording
from shared.contracts.counties import County
from shared.contracts.reference import county_name
from shared.runtime import migrations
from shared.runtime.auth import Authenticator
from shared.runtime.jwks import Keys
from shared.runtime.settings import Settings

MIGRATIONS = Path(__file__).with_name("migrations")


class WorkspaceSite:
    """The workspace of ``county``. Neither PostgreSQL, the provider nor the county's services need to be there."""

    def __init__(
        self, settings: Settings, own: WorkspaceSettings, county: County, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        own.check()
        self.stopping = stopping
        self.own, self.county, self.now = own, county, settings.now
        self.counties = settings.counties
        self.name = county_name(county.name, settings.counties)
        self.words = Wording()
        self.files = StaticFiles()
        self.seal = Seal(own.secret("login_key_file"))
        self.provider = Provider(own)
        self.logins = Logins(settings, county, self.seal, self.provider)
        self.interface = CountyInterface(own.api)
        self.keys = Keys(settings.key_set)
        self.authenticator = Authenticator(self.keys, settings.issuer, county.name)
        self._migrations = migrations.collect({"workspace": MIGRATIONS})

    @property
    def cookie(self) -> str:
        """The name of the log-in's cookie. The county is in it: cookies know no ports."""
        return f"__Host-norrsam-{self.county.name}"

    def name_of(self, county: str) -> str:
        """The county as people call it, without the word for county, as in `Jämtland`."""
        found = county_name(county, self.counties).removesuffix(" län")
        return found.removesuffix("s") if found != county else found

    @property
    def county_options(self) -> list[Option]:
        """The counties by name, for a filter."""
        return options({each.name: self.name_of(each.name) for each in self.counties})

    async def pending(self) -> list[str]:
        """The migrations that the database lacks; any of the database's errors if it cannot tell."""
        async with self.logins.connection() as conn:
            return await migrations.pending(conn, self._migrations)

    async def open(self) -> None:
        """Opens its pool."""
        await self.logins.open()

    async def close(self) -> None:
        """Closes all its connections."""
        await self.interface.close()
        await self.provider.close()
        await self.logins.close()
