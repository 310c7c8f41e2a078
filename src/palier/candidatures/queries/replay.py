"""Counting again: a frozen classement from its sealed inputs, a live rank from the stored facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from palier import coffre
from palier.candidatures.facts import cotation_facts, count, law_grille, profil, thaw
from palier.candidatures.models import Candidature, Classement, ClassementLigne
from palier.candidatures.rules import digest, place, sort_key
from palier.demandes.models import Demande
from palier.droit.cotation import coter, lire_grille
from palier.parc.models import Offre
from palier.territoires.models import Grille


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not come out the same."""

    offre_id: UUID
    texte: str


def replay(classement: Classement) -> list[Difference]:
    """Recompute points, order and fingerprint of one frozen list; an empty list means the same to the last byte."""
    stored = Grille.objects.filter(empreinte=classement.grille_empreinte).first()
    if stored is None:
        return [
            Difference(classement.offre_id, f"aucune grille ne porte l'empreinte {classement.grille_empreinte[:12]}")
        ]
    lines = list(classement.lignes.order_by("rang"))
    if fingerprint(stored.texte) != classement.grille_empreinte:
        return [Difference(classement.offre_id, "le texte de la grille n'est plus celui de son empreinte")]
    found = list(_points(classement, law_grille(stored), lines))
    if [line.rang for line in lines] != list(range(1, classement.effectif + 1)):
        found.append(Difference(classement.offre_id, f"les rangs ne vont pas de 1 à {classement.effectif}"))
    if lines != sorted(lines, key=sort_key):
        found.append(
            Difference(classement.offre_id, "l'ordre n'est pas celui des points, de l'ancienneté et du tirage")
        )
    if digest(lines) != classement.empreinte:
        found.append(Difference(classement.offre_id, "l'empreinte de la liste n'est plus la même"))
    return found


@cache
def fingerprint(texte: str) -> str:
    """What the text gives today, whatever is written beside it."""
    return lire_grille(texte).empreinte


def _points(classement: Classement, grille: object, lines: list[ClassementLigne]) -> Iterator[Difference]:
    opened = coffre.unseal_many([(line.personne, bytes(line.entrees), place(line.candidature_id)) for line in lines])
    for line, frozen in zip(lines, opened, strict=True):
        faits, au = thaw(frozen)
        again = coter(grille, faits, au).points  # type: ignore[arg-type]
        if again != line.points:
            yield Difference(
                classement.offre_id, f"rang {line.rang}\u00a0: {line.points} points écrits, {again} recalculés"
            )


def recount(offre: Offre) -> list[Difference]:
    """Recompute from the stored facts the points and order keys of every live candidature of an open offre."""
    rows = list(Candidature.objects.live().filter(offre=offre).in_order())
    asked = Demande.objects.prefetch_related("personnes", "communes", "pieces")
    demandes = asked.in_bulk([row.demande_id for row in rows])
    grille, found = law_grille(offre.grille), []
    with coffre.ring({demande.titulaire_id for demande in demandes.values()}):
        for row in rows:
            demande = demandes[row.demande_id]
            frozen = cotation_facts(demande, offre, profil(demande, offre.created_at.date()))
            again = count(grille, frozen).points
            if (again, demande.deposee_le) != (row.points, row.anciennete_le):
                found.append(
                    Difference(offre.pk, f"candidature {row.pk}\u00a0: {row.points} points gardés, {again} recalculés")
                )
    if rows != sorted(rows, key=sort_key):
        found.append(Difference(offre.pk, "l'index ne donne pas l'ordre recalculé"))
    return found
