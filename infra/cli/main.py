"""The command `norrsam`.

Only the command that runs is imported: `norrsam serve` must be small and start at once.
"""

import sys
from importlib import import_module
from importlib.util import find_spec

import typer

COMMANDS = {
    "up": "infra.cli.engine:up",
    "down": "infra.cli.engine:down",
    "status": "infra.cli.engine:status",
    "demo": "infra.cli.demo:demo",
    "open": "infra.cli.open_:open_",
    "serve": "infra.cli.county:serve",
    "databases": "infra.cli.databases:databases",
    "migrate": "infra.cli.county:migrate",
    "token": "infra.cli.county:token",
    "import": "infra.cli.import_:import_",
    "alert": "infra.cli.alert:alert",
    "links": "infra.cli.links:links",
    "late": "infra.cli.late:late",
    "trace": "infra.cli.trace:trace",
    "republish": "infra.cli.recovery:republish",
    "restate": "infra.cli.recovery:restate",
    "rebuild": "infra.cli.recovery:rebuild",
    "recover": "infra.cli.recovery:recover",
    "neighbours-copy": "infra.cli.recovery:neighbours_copy",
    "backup": "infra.cli.backups:backup",
    "backup-key": "infra.cli.backups:backup_key",
    "restore": "infra.cli.backups:restore",
    "kubernetes": "infra.cli.kubernetes:kubernetes",
}
GROUPS = {
    "secrets": "infra.cli.secrets:app",
    "topics": "infra.cli.topics:app",
    "access": "infra.cli.access:app",
    "mirror": "infra.cli.mirror:app",
    "peers": "infra.cli.peers:app",
    "partners": "infra.cli.partners:app",
    "dead-letters": "infra.cli.dead_letters:dead_letters",
    "notices": "infra.cli.notices:notices",
    "sim": "infra.cli.sim:sim",
    "sandbox": "infra.cli.sandbox:app",
}
LOCAL = ("up", "down", "status", "demo", "open", "sandbox")
"""These need the packages of the embedded engine, which the image of the services does without."""


def app() -> None:
    """Run the command line. A failure that the user can mend is one paragraph on stderr and exit status 1."""
    try:
        _program(sys.argv[1:2])()
    except Exception as error:
        if not _is_clear(error):
            raise
        typer.echo(f"norrsam: {error}", err=True)
        sys.exit(1)


def _program(wanted: list[str]) -> typer.Typer:
    program = typer.Typer(
        help="Crime prevention coordination in northern Sweden: one instance per county, events shared over Kafka.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    program.callback()(_nothing)  # without it, a program with one command would take no command's name
    missing = () if find_spec("psutil") else LOCAL
    known = {name: place for name, place in (COMMANDS | GROUPS).items() if name not in missing}
    for name in [name for name in known if [name] == wanted] or known:
        module, function = known[name].split(":")
        command = getattr(import_module(module), function)
        if name in GROUPS:
            program.add_typer(command, name=name)
        else:
            program.command(name)(command)
    return program


def _nothing() -> None:
    pass


def _is_clear(error: Exception) -> bool:
    """Whether the message is clear without a traceback."""
    ours = ("SettingsError", "MigrationError", "EngineError")  # by name: to import them would cost what they cost
    return type(error) is LookupError or any(kind.__name__ in ours for kind in type(error).__mro__)


if __name__ == "__main__":
    app()
