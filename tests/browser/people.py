"""Who walks: four people with a browser each, and the candidates beside them, made by the acts of the domain."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser

from palier.accounts.actions import open_account
from palier.accounts.models import User
from palier.base.actor import Actor
from palier.candidatures.models import Candidature
from palier.organisations.models import Membership, Organisation
from palier.parc.models import Offre
from tests import factories as make
from tests.browser import harness
from tests.browser.walker import Album, Walker

PASSWORD = "un long mot de passe bien à moi"
INES = "ines.marchal@exemple.fr"
PERIOD = 30
"""Seconds that one code of an application lasts."""


@dataclass
class Cast:
    """The four walkers and what they make: the offre of the story, its other candidates by name."""

    ines: Walker
    bailleur: Walker
    reservataire: Walker
    membre: Walker
    contingent: Organisation
    offre: Offre | None = None
    others: dict[str, Candidature] = field(default_factory=dict)

    def offre_now(self) -> Offre:
        """The offre of the story, read now."""
        assert self.offre is not None
        return Offre.objects.get(pk=self.offre.pk)


def account(email: str) -> User:
    """A person whose address is confirmed."""
    return open_account(email=email, password=PASSWORD, by=Actor.system(), at=make.NOW, verified=True)


def employ(email: str, organisation: Organisation, role: str) -> User:
    """A member of an organisation, who has no second factor yet."""
    user = account(email)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def cast(browser: Browser, base: str, album: Album) -> Cast:
    """A bailleur with an agent and two members of its commission, a réservataire with an adviser, a stranger."""
    bailleur = make.make_organisation("bailleur", "Habitat de l'Erdre")
    contingent = make.make_organisation("reservataire", "Action Logement")
    employ("agent@exemple.fr", bailleur, "bailleur")
    employ("conseil@exemple.fr", contingent, "reservataire")
    employ("membre@exemple.fr", bailleur, "membre_caleol")
    employ("autre.membre@exemple.fr", bailleur, "membre_caleol")
    make.make_grille()
    names = ("Inès", "bailleur", "réservataire", "membre")
    return Cast(*(Walker(browser, base, album, who) for who in names), contingent)


def sign_in(walker: Walker, email: str, home: str, title: str) -> None:
    """Sign in by the page."""
    walker.go("/compte/login/")
    walker.on("/compte/login/", "Se connecter", "connexion")
    walker.fill(login=email, password=PASSWORD)
    walker.press("Se connecter")
    if home:
        walker.on(home, title)


def staff_sign_in(walker: Walker, email: str, home: str, title: str) -> None:
    """Sign in, then protect the account with a code: nothing of the desk opens before."""
    sign_in(walker, email, "", "")
    walker.on("/compte/2fa/totp/activate/", "Protéger votre compte", "second-facteur")
    secret = walker.page.locator("main code").inner_text().strip()
    walker.fill(code=format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD)))
    walker.press("Activer")
    walker.go("/entree/")
    walker.on(home, title)


def add_candidates(story: Cast) -> None:
    """Four more people, filed before Inès but the last, and all with their number."""
    offre = story.offre
    assert offre is not None
    for name, days in (("Awa", 900), ("Bruno", 700), ("Chloé", 500), ("David", 0)):
        user = account(f"{name.lower().replace('é', 'e')}@exemple.fr")
        steps: dict[str, dict[str, Any]] = {"identite": {"prenom": name, "nom": "Petit"}}
        if not days:
            steps["menage"] = {"personnes": []}
        demande = make.make_demande(user=user, filed=make.NOW - timedelta(days=days), **steps)
        at = make.NOW + timedelta(hours=3)
        story.others[name] = make.make_candidature(offre, demande, at=at)


def state_of(candidature: Candidature) -> str:
    """The state of a candidature, read now."""
    return Candidature.objects.get(pk=candidature.pk).state


__all__ = ["INES", "PASSWORD", "Cast", "add_candidates", "cast", "harness", "sign_in", "staff_sign_in", "state_of"]
