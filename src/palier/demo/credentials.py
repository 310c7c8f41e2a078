"""Who may sign in to the demonstration: passwords, second factors and tokens, made here and kept in private files."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.auth.hashers import make_password

from palier.accounts.actions import set_totp
from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demo.cast import STAFF
from palier.demo.draw import NOW
from palier.demo.people import Menage
from palier.demo.world import World
from palier.gateways.outage import double_folder
from palier.organisations.models import ApiToken, Membership, Scope

TOKENS = 200
WORDS = ("quai", "jardin", "escalier", "palier", "fenetre", "marche", "grue", "pont", "phare", "clef", "marelle",
         "mouette", "voile", "lanterne", "toiture", "balcon", "verger", "boussole", "carnet")  # fmt: skip
PERSON = (Scope.DEMANDE.value, Scope.CANDIDATURES.value, Scope.PROPOSITIONS.value)


@dataclass(frozen=True)
class Account:
    """One line of `comptes.json`."""

    role: str
    prenom: str
    email: str
    mot_de_passe: str
    totp_secret: str
    jeton_api: str


def accounts_path() -> Path:
    """`var/demo/comptes.json`."""
    return double_folder() / "comptes.json"


def tokens_path() -> Path:
    """`var/demo/jetons.txt`."""
    return double_folder() / "jetons.txt"


def passphrase() -> str:
    """Three words and four figures: easy to type, hard to guess behind the limits of the sign-in page."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(3)), str(1_000 + secrets.randbelow(9_000))])


def read_accounts() -> list[Account]:
    """The cast as it was written; nothing when the demonstration was not seeded here."""
    place = accounts_path()
    if not place.exists():
        return []
    return [Account(**each) for each in json.loads(place.read_text(encoding="utf-8"))]


def open_cast(world: World) -> list[Account]:
    """Give the cast its passwords, second factors and tokens."""
    made = [_person(menage, name) for name, menage in world.cast.items()]
    return made + [_agent(world.staff[each.prenom], each.prenom, each.role) for each in STAFF]


def _password(user: User) -> str:
    said = passphrase()
    user.password = make_password(said)
    user.save(update_fields=["password"])
    return said


def _person(menage: Menage, name: str) -> Account:
    user = menage.user
    row, token = ApiToken.mint(user=user, scopes=list(PERSON), label="Démonstration", at=NOW)
    row.save(force_insert=True)
    return Account("demandeur", name, user.email, _password(user), "", token)


def _agent(user: User, name: str, role: str) -> Account:
    password, secret = _password(user), generate_totp_secret()
    set_totp(user=user, secret=secret, by=Actor.system(), at=NOW)
    hat = Membership.objects.get(user=user)
    scopes = [Scope.OFFRES.value] if role == "bailleur" else []
    row, token = ApiToken.mint(user=user, scopes=scopes, label="Démonstration", at=NOW, membership=hat)
    row.save(force_insert=True)
    return Account(role, name, user.email, password, secret, token)


def mint_tokens(world: World) -> list[str]:
    """Tokens of 200 demandeurs who may apply, for load and crash tests."""
    able = [each for each in world.menages if each.target == "active" and each.gone is None]
    pairs = [
        ApiToken.mint(user=each.user, scopes=list(PERSON), label="Essai de charge", at=NOW)
        for each in able
        if not each.on_stage
    ][:TOKENS]
    ApiToken.objects.bulk_create([row for row, _ in pairs])
    return [token for _, token in pairs]


def write_files(accounts: Sequence[Account], tokens: Sequence[str]) -> None:
    """Both files, readable by their owner alone (mode 600)."""
    _write(accounts_path(), json.dumps([asdict(each) for each in accounts], ensure_ascii=False, indent=1) + "\n")
    _write(tokens_path(), "".join(f"{token}\n" for token in tokens))


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
