"""What holds a file today, and what to do about it: for the person, and for the adviser who helps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from palier.base import limits
from palier.base.clock import deadline, local_day
from palier.demandes import facts
from palier.demandes.models import Demande, Personne
from palier.demandes.queries.calendar import validity
from palier.demandes.queries.doublons import doublons_of, duplicate_sentence
from palier.demandes.queries.looking import is_private_code
from palier.demandes.queries.pieces import A_CORRIGER, FAILED, Dossier, Line, dossier, rules_of
from palier.demandes.queries.registre import EXISTING, waiting
from palier.droit.dates import plus_mois
from palier.droit.demande import VALIDE
from palier.droit.foyer import majorite
from palier.droit.menage import Cas, lire_cas
from palier.droit.mots import jour
from palier.droit.occupation import typologies
from palier.droit.pieces import IDENTITE
from palier.journal.models import Event
from palier.organisations.queries import employeur_of_code

NBSP = "\u00a0"
BLOCKS, SOON, LOOK = "bloque", "bientot", "a_voir"
GRAVITY = {BLOCKS: 0, SOON: 1, LOOK: 2}
PIECES = ("demandeur:pieces",)
RESSOURCES_RULE = "revenu_concordant"
MONTHS = 12
SIZES = ("T1", "T1bis", "T2", "T3", "T4", "T5", "T6", "T7", "T8")


@dataclass(frozen=True)
class Blocker:
    """One thing: how much it holds, a sentence, what to do in a few words, the page that does it, the article."""

    code: str
    gravite: str
    phrase: str
    faire: str
    page: tuple[str, ...]
    reference: str = ""
    temps: str = "5 minutes"


def blockers(
    demande: Demande, au: date, *, known: Dossier | None = None, logements: int | None = None, staff: bool = False
) -> list[Blocker]:
    """What holds a filed demande on a day, the gravest first; a draft lacks steps, it is not held.

    `logements`: dwellings of the sizes asked in the communes asked, when whoever calls has counted them. One query.
    `staff`: of the pieces that tell of danger or health, nothing is said, neither a name nor a number.
    """
    if demande.state not in ("deposee", "active", "a_renouveler"):
        return []
    pieces, cas = known or dossier(demande, au), lire_cas(facts.cas(demande, au=au))
    if staff:
        pieces = replace(pieces, asked=tuple(each for each in pieces.asked if not is_private_code(each.code)))
    found: list[Callable[[], Iterator[Blocker]]] = [
        partial(_number, demande, pieces),
        partial(_register, demande),
        partial(_renewal, demande, au),
        partial(_pieces, pieces, au),
        partial(_ressources, pieces),
        partial(_births, demande, au),
        partial(_majority, demande, au),
        partial(_code, demande, au),
        partial(_sizes, demande, cas),
        partial(_perimeter, demande, logements),
    ]
    return sorted((each for rule in found for each in rule()), key=lambda each: GRAVITY[each.gravite])


def _number(demande: Demande, pieces: Dossier) -> Iterator[Blocker]:
    given = any(line.is_done for line in pieces.asked if line.code in IDENTITE)
    if not demande.numero_index and not given:
        text = "Votre numéro unique manque. Il arrive après votre pièce d'identité."
        yield Blocker("numero_absent", BLOCKS, text, "Ajouter ma pièce d'identité", PIECES, "CCH L.441-2-1")


def _register(demande: Demande) -> Iterator[Blocker]:
    """What the registration system has not heard or asks back; a demande that looks like this one."""
    for text in waiting(demande):
        if text == EXISTING:
            give = ("demandeur:numero_existant",)
            yield Blocker("numero_existant", BLOCKS, text, "Donner ce numéro", give, "CCH L.441-2-1")
        else:
            yield Blocker("registre_attendu", LOOK, text, "Rien à faire", ("demandeur:attestation",), temps="")
    pair = next(iter(doublons_of(demande)), None)
    if pair is not None and pair.state == "fusion_proposee":
        page = ("demandeur:doublon", str(pair.pk))
        yield Blocker("doublon", SOON, duplicate_sentence([pair]), "Répondre", page, "CCH R.441-2-8 b")
    elif pair is not None:
        yield Blocker("doublon", LOOK, duplicate_sentence([pair]), "Rien à faire", ("demandeur:accueil",), temps="")


def _renewal(demande: Demande, au: date) -> Iterator[Blocker]:
    verdict = validity(demande, au)
    if verdict is None or verdict.valeur in (None, VALIDE):
        return
    grave = SOON if demande.renouveler_avant and au <= demande.renouveler_avant else BLOCKS
    motif = verdict.motifs[0]
    page = ("demandeur:renouveler",)
    yield Blocker("a_renouveler", grave, motif.texte, "Renouveler ma demande", page, motif.reference, "1 minute")


def _pieces(pieces: Dossier, au: date) -> Iterator[Blocker]:
    missing = 0
    for line in pieces.asked:
        hold = BLOCKS if line.attendue.bloquante else LOOK
        if _has_expired(line, au):
            text = f"Cette pièce n'est plus valable{NBSP}: {_name(line)}."
            yield Blocker("piece_expiree", hold, text, "Remplacer cette pièce", PIECES, line.attendue.motif.reference)
        elif line.group == A_CORRIGER and not line.proven:
            text = f"Cette pièce est à corriger{NBSP}: {_name(line)}. {_failure(line)}".strip()
            yield Blocker("piece_a_corriger", hold, text, "Corriger cette pièce", PIECES)
        else:
            missing += line.attendue.bloquante and not line.is_done
    if missing:
        plural = "s" if missing > 1 else ""
        text = f"Il manque {missing}{NBSP}pièce{plural} pour la commission."
        yield Blocker("pieces_manquantes", SOON, text, "Ajouter mes pièces", PIECES, "CCH R.441-2-4-1", "10 minutes")


def _has_expired(line: Line, au: date) -> bool:
    if line.piece is None or line.piece.state == "retiree":
        return False
    over = line.piece.expire_le is not None and line.piece.expire_le < au
    return (line.piece.state == "expiree" and not line.proven) or over


def _name(line: Line) -> str:
    return f"{line.attendue.court}, {line.prenom}" if line.prenom else line.attendue.court


def _failure(line: Line) -> str:
    """What the reading says of the first rule that failed, but for incomes, which have a line of their own."""
    rules = rules_of(line.piece) if line.piece is not None else []
    return next((str(r["texte"]) for r in rules if r["resultat"] == FAILED and r["code"] != RESSOURCES_RULE), "")


def _ressources(pieces: Dossier) -> Iterator[Blocker]:
    """A piece that was read disagrees with the incomes declared."""
    for line in pieces.asked:
        for rule in rules_of(line.piece) if line.piece is not None and line.piece.state != "retiree" else ():
            if rule["code"] == RESSOURCES_RULE and rule["resultat"] == FAILED:
                page = ("demandeur:changement", "revenus")
                yield Blocker("revenus_differents", BLOCKS, str(rule["texte"]), "Corriger mes revenus", page)


def _births(demande: Demande, au: date) -> Iterator[Blocker]:
    due = demande.naissance_prevue
    if demande.enfants_a_naitre and due is not None and due < au:
        text = f"Une naissance était prévue le {jour(due)}. Votre dossier ne la porte pas encore."
        yield Blocker("naissance_a_declarer", BLOCKS, text, "Déclarer la naissance",
                      ("demandeur:changement", "naissance"), temps="2 minutes")  # fmt: skip


def _majority(demande: Demande, au: date) -> Iterator[Blocker]:
    """A child came of age since the answers were last read again."""
    grown = [(each, day) for each in demande.personnes.all() for day in [_came_of_age(each)] if day and day <= au]
    if not grown:
        return
    saved = _last_saved(demande)
    for person, day in grown:
        if saved is None or local_day(saved) < day:
            name = (person.identite or {}).get("prenom") or "Un enfant"
            text = f"{name} a eu {majorite()}{NBSP}ans le {jour(day)}. Dites si cette personne reste à votre charge."
            page = ("demandeur:etape", "menage")
            yield Blocker("enfant_majeur", LOOK, text, "Relire mon foyer", page, "Code civil, art. 414", "2 minutes")


def _came_of_age(person: Personne) -> date | None:
    born = (person.identite or {}).get("naissance") if person.role == "enfant" and person.a_charge else None
    return plus_mois(date.fromisoformat(born), majorite() * MONTHS) if born else None


def _last_saved(demande: Demande) -> datetime | None:
    events = Event.objects.filter(aggregate="demande", aggregate_id=demande.pk, kind="demande.etape")
    return events.order_by("-n").values_list("at", flat=True).first()


def _code(demande: Demande, au: date) -> Iterator[Blocker]:
    """The code of an employer that was given and does not work any more. One query, when there is a code."""
    if demande.code_specifique is not None and employeur_of_code(demande.code_specifique, deadline(au)) is None:
        text = "Le code de votre employeur n'est plus valable. Ses logements réservés ne vous sont plus ouverts."
        page = ("demandeur:code_employeur",)
        yield Blocker("code_employeur", LOOK, text, "Donner un nouveau code", page, temps="2 minutes")


def _sizes(demande: Demande, cas: Cas) -> Iterator[Blocker]:
    """None of the sizes asked for is one of those of the household."""
    bounds = typologies(cas)
    low, high = bounds["min"], bounds["max"]
    if low.valeur is None or high.valeur is None or not demande.typologies:
        return
    usual = SIZES[SIZES.index(low.valeur) : SIZES.index(high.valeur) + 1]
    if not set(usual) & set(demande.typologies):
        asked = ", ".join(demande.typologies)
        text = f"Vous demandez {asked}. Pour votre foyer, l'usage est de {low.valeur} à {high.valeur}."
        page = ("demandeur:etape", "logement")
        yield Blocker("taille_inadaptee", BLOCKS, text, "Changer les tailles", page, low.motifs[0].reference)


def _perimeter(demande: Demande, logements: int | None) -> Iterator[Blocker]:
    least = limits.value("perimetre_logements")
    if logements is not None and logements < least:
        plural = "s" if logements > 1 else ""
        text = f"Vos communes comptent {logements}{NBSP}logement{plural} de vos tailles sur Palier. C'est peu."
        yield Blocker("perimetre_etroit", LOOK, text, "Ajouter des communes",
                      ("demandeur:etape", "perimetre"))  # fmt: skip
