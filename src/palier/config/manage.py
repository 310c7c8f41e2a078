"""Django's management commands behind the `palier` command: same exit statuses, no traceback for a refusal."""

import sys

import django
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from palier.base.refusal import NotVisible, Refused

REFUSALS = (CommandError, Refused, NotVisible, ValidationError, ImproperlyConfigured, OperationalError)


def run(words: list[str]) -> int:
    """Run one command, `words[0]` its name: 0 done, 1 refused, 2 wrong usage."""
    django.setup()
    name, known = words[0], get_commands()
    if name == "help":
        print("\n".join(sorted(known)))
        return 0
    if name not in known:
        print(f"Commande inconnue : « {name} ». Tapez « palier aide ».", file=sys.stderr)
        return 2
    place = known[name]
    command = place if isinstance(place, BaseCommand) else load_command_class(place, name)
    return _execute(command, words)


def _execute(command: BaseCommand, words: list[str]) -> int:
    command._called_from_command_line = True  # type: ignore[attr-defined]
    options = vars(command.create_parser("palier", words[0]).parse_args(words[1:]))
    positional = options.pop("args", ())
    try:
        command.execute(*positional, **options)
    except REFUSALS as refusal:
        print(" ".join(str(refusal).split()), file=sys.stderr)
        return int(getattr(refusal, "returncode", 1))
    finally:
        connections.close_all()
    return 0
