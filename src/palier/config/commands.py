"""The platform's own commands: config, migrer, servir, demo. Any other name goes to Django's management commands."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from types import FrameType
from typing import NoReturn

from environs import EnvError

from palier.base.postgres import ServerError
from palier.config import environment, supervise

OWNER_COMMANDS = ("migrate", "makemigrations", "sqlmigrate", "createcachetable", "seed_demo", "pgtrigger")


class Parser(argparse.ArgumentParser):
    """argparse whose refusal is one French line, exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Print the line and leave."""
        print(f"Usage incorrect : {message}. Tapez « palier aide ».", file=sys.stderr)
        raise SystemExit(2)


def main(name: str, words: list[str]) -> int:
    """Run one command of the platform."""
    signal.signal(signal.SIGTERM, _leave)
    own: dict[str, Callable[[list[str]], int]] = {"config": config, "migrer": migrate, "servir": serve, "demo": demo}
    try:
        return own[name](words) if name in own else manage(name, words)
    except (environment.BadSetting, EnvError, ServerError) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def config(words: list[str]) -> int:
    """Print every setting: name, value, source, meaning."""
    Parser(prog="palier config").parse_args(words)
    environment.mode()
    for name, value, source, meaning in environment.table():
        print(f"{name}={value}\n    {source} · {meaning}")
    return 0


def migrate(words: list[str]) -> int:
    """Bring the database up to date, as the owner, and give the application's role its rights."""
    Parser(prog="palier migrer").parse_args(words)
    os.environ["PALIER_ROLE"] = "owner"
    return _django("palier.config.migrate", [])


def serve(words: list[str]) -> int:
    """Web and worker over the configured database; never seeds."""
    return supervise.serve(_parse("palier servir", words).port)


def demo(words: list[str]) -> int:
    """Migrate, seed when empty, estimate what waits, score the last quarters, then serve."""
    options = _parse("palier demo", words, seedable=True)
    if not environment.text("PALIER_MODE", given_only=True):
        os.environ["PALIER_MODE"] = "demo"
    if environment.mode() == "production":
        print("palier demo : refusé quand PALIER_MODE vaut « production ».", file=sys.stderr)
        return 1
    with supervise.lease():
        for step in ("migrer", "seed_demo", "estimer", "noter_trimestre"):
            if status := supervise.run_step(step):
                return status
        if options.sans_serveur:
            print("Le territoire de démonstration est prêt.")
            return 0
        return supervise.serve(options.port)


def manage(name: str, words: list[str]) -> int:
    """A Django management command, ours or its own."""
    if name in OWNER_COMMANDS:
        os.environ["PALIER_ROLE"] = "owner"
    return _django("palier.config.manage", [name, *words])


def _django(module: str, words: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.config.settings")
    return int(import_module(module).run(words))


def _parse(prog: str, words: list[str], *, seedable: bool = False) -> argparse.Namespace:
    parser = Parser(prog=prog)
    parser.add_argument("--port", type=int, default=environment.port())
    if seedable:
        parser.add_argument("--sans-serveur", action="store_true")
    options = parser.parse_args(words)
    if not 1 <= options.port <= 65_535:
        parser.error(f"--port vaut « {options.port} » : donnez un nombre entre 1 et 65535")
    os.environ["PALIER_PORT"] = str(options.port)
    return options


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """SIGTERM ends like any exit, so that the lease on the embedded server is given back."""
    raise SystemExit(128 + number)
