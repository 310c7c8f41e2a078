"""Reads on organisations that several rooms need."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.base.actor import Actor
from palier.droit.lecture_pieces.noms import mots_nom
from palier.organisations.models import CodeSpecifique, Organisation

SIREN = 9


def siren_of(actor: Actor) -> str:
    """The SIREN of the organisation whose hat is worn (first 9 figures of its SIRET), "" when it has none."""
    if actor.organisation_id is None:
        return ""
    siret = Organisation.objects.filter(pk=actor.organisation_id).values_list("siret", flat=True).first()
    return (siret or "")[:SIREN]


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these organisations."""
    return dict(Organisation.objects.filter(pk__in=set(ids)).values_list("pk", "nom"))


CODE_SCOPE, EMPLOYEE_SCOPE = "code_specifique", "salarie"


def employee_index(nom: str, prenom: str, naissance: str) -> str:
    """Who a code was made for: names without accents, hyphens or case, first given name alone, and the birth date."""
    family, first = "".join(mots_nom(nom)), "".join(mots_nom(prenom)[:1])
    return coffre.blind_index(f"{family}|{first}|{naissance}", scope=EMPLOYEE_SCOPE)


def find_code(code: str, employee: str, at: datetime) -> CodeSpecifique | None:
    """The code, when it works now and was made for this very person (`employee_index`)."""
    index = coffre.blind_index(code, scope=CODE_SCOPE)
    return CodeSpecifique.objects.valid(at).filter(code_index=index, salarie_index=employee).first()


def employeur_of_code(code_id: UUID | None, at: datetime) -> Organisation | None:
    """The employer whose code this is, None when there is none or it does not work any more."""
    if code_id is None:
        return None
    found = CodeSpecifique.objects.valid(at).select_related("organisation").filter(pk=code_id).first()
    return found.organisation if found else None
