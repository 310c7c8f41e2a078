"""The employer's part: the code that opens what it reserves, and the one-time link by which it attests a job.

An employer never learns whether the person has a demande: nothing on its side reads one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from palier import coffre
from palier.accounts.models import User
from palier.base import limits
from palier.base.actor import Actor
from palier.base.policy import may
from palier.base.refusal import NBSP, NotVisible, Refused
from palier.demandes import queries
from palier.demandes.actions.common import held, refuse_closed
from palier.demandes.enums import UsageLien
from palier.demandes.models import AttestationEmployeur, Demande, Lien
from palier.demandes.queries.employer import EMPLOYEUR_SCOPE, usable_employeur_link, waiting_employeur_links
from palier.gateways.sirene import confusion, normalise_siret
from palier.journal.mover import act, lock, record
from palier.organisations.queries import employee_index, find_code

FIELD = "Code spécifique"


@dataclass(frozen=True, slots=True)
class Attested:
    """What an employer says. Days are those of the contract; `mobilite_le` is the day of a transfer."""

    siret: str
    present: bool
    nom: str
    fonction: str
    contrat: str = ""
    depuis: date | None = None
    fin: date | None = None
    mobilite_le: date | None = None


# The code of the employer ---------------------------------------------------------------------------------------------


@act
def give_employeur_code(*, demande_id: UUID, code: str, by: Actor, at: datetime) -> Demande:
    """Keep the employer's code in the demande, once it is checked against the holder's name; "" takes it away."""
    demande = held(demande_id, by, "demande.completer")
    if by.user_id != demande.titulaire_id:
        raise NotVisible
    refuse_closed(demande)
    found = _checked_code(demande, code, at) if code.strip() else None
    if demande.code_specifique != found:
        demande.code_specifique = found
        demande.version += 1
        demande.save(update_fields=["code_specifique", "version"])
        record("demande.code_employeur", demande, by=by, at=at, data={"donne": found is not None})
    return demande


def _checked_code(demande: Demande, code: str, at: datetime) -> UUID:
    mistaken = confusion(code, "code_specifique")
    if mistaken is not None:
        raise _refused("code_employeur_confondu", mistaken[0], code, mistaken[1])
    holder = queries.holder_of(demande)
    said = (holder.identite or {}) if holder else {}
    if not said.get("naissance"):
        raise Refused(
            "identite_absente",
            "Votre nom et votre date de naissance manquent.",
            mend="Remplissez d'abord « Vous ».",
            status=422,
        )
    plain = "".join(each for each in code.upper() if each.isalnum())[:40]
    found = find_code(plain, employee_index(said["nom"], said.get("prenom", ""), said["naissance"]), at)
    if found is None:
        detail = "Ce code n'ouvre aucun logement pour vous."
        mend = (
            f"Vérifiez chaque lettre{NBSP}: ES, puis 8 lettres ou chiffres. Un code est à votre nom et vaut 12 mois. "
            "Au besoin, demandez-en un autre à votre employeur."
        )
        raise _refused("code_employeur", detail, code, mend)
    return found.pk


def _refused(code: str, detail: str, typed: str, mend: str) -> Refused:
    return Refused(code, detail, field=FIELD, value=typed[:40], mend=mend, status=422)


# The link -------------------------------------------------------------------------------------------------------------


@act
def invite_employeur(*, nom: str, siret: str, email: str, by: Actor, at: datetime) -> str:
    """A link for one's employer, said once. It shows this name and this SIRET, and nothing else of the person."""
    if by.user_id is None or not may(by.role, "own", "attestation.demander"):
        raise NotVisible
    (user,) = lock((User, by.user_id))
    waiting = len(waiting_employeur_links(user.pk, at))
    if waiting >= limits.value("attestation_liens"):
        raise Refused(
            "liens_nombreux",
            f"{waiting} liens attendent déjà une réponse.",
            mend="Annulez-en un, ou attendez qu'il expire.",
            status=429,
        )
    since = at - limits.duration("journee")
    made = Lien.objects.filter(titulaire=user, usage=UsageLien.EMPLOYEUR, cree_le__gt=since)
    if made.count() >= limits.value("attestation_jour"):
        raise Refused(
            "liens_jour",
            "Vous avez créé beaucoup de liens aujourd'hui, annulés ou non.",
            mend="Attendez demain.",
            status=429,
        )
    token = secrets.token_urlsafe(32)
    lien = Lien.objects.create(
        titulaire=user,
        usage=UsageLien.EMPLOYEUR,
        code_index=coffre.blind_index(token, scope=EMPLOYEUR_SCOPE),
        contenu={"nom": nom, "siret": normalise_siret(siret), **({"email": email, "jeton": token} if email else {})},
        cree_le=at,
        expire_le=at + limits.duration("attestation_lien"),
    )
    record("attestation.demandee", lien, by=by, at=at)
    return token


@act
def cancel_employeur_link(*, lien_id: UUID, by: Actor, at: datetime) -> None:
    """A link of one's own stops working now."""
    if by.user_id is None:
        raise NotVisible
    lock((User, by.user_id))
    lien = next((each for each in waiting_employeur_links(by.user_id, at) if each.pk == lien_id), None)
    if lien is None:
        raise NotVisible
    lien.expire_le = at
    lien.contenu = {name: value for name, value in (lien.contenu or {}).items() if name in ("nom", "siret")}
    lien.save(update_fields=["expire_le", "contenu"])
    record("attestation.annulee", lien, by=by, at=at)


@act
def sign_attestation(*, token: str, said: Attested, at: datetime) -> AttestationEmployeur:
    """What the holder of the link attests, once. NotVisible for a link that is unknown, expired or used."""
    by = Actor(None, "employeur")
    known = usable_employeur_link(token, at)
    if known is None or not may(by.role, "link", "attestation.signer"):
        raise NotVisible
    lock((User, known.titulaire_id))
    lien = usable_employeur_link(token, at)
    if lien is None:
        raise NotVisible
    _check_days(said, at)
    lien.utilise_le = at
    lien.contenu = {name: value for name, value in (lien.contenu or {}).items() if name in ("nom", "siret")}
    lien.save(update_fields=["utilise_le", "contenu"])
    row = AttestationEmployeur.objects.create(
        titulaire_id=lien.titulaire_id,
        lien=lien,
        siret=normalise_siret(said.siret),
        present=said.present,
        contrat=said.contrat if said.present else "",
        depuis=said.depuis,
        fin=said.fin,
        mobilite_le=said.mobilite_le if said.present else None,
        signataire={"nom": said.nom, "fonction": said.fonction},
        signee_le=at,
    )
    record("attestation.signee", row, by=by, at=at)
    return row


def _check_days(said: Attested, at: datetime) -> None:
    if said.present and not said.contrat:
        raise Refused(
            "contrat", "Il manque le contrat.", field="Contrat", mend="Choisissez son contrat.", status=422
        )
    if said.depuis is not None and said.fin is not None and said.fin < said.depuis:
        raise Refused(
            "fin_avant_debut",
            f"Le contrat finirait le {said.fin:%d/%m/%Y}, avant de commencer le {said.depuis:%d/%m/%Y}.",
            field="Fin du contrat",
            mend="Vérifiez les deux dates.",
            status=422,
        )
