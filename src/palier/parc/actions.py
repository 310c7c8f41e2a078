"""Acts on the stock: a bailleur describes, offers and publishes. The only writers of this room."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused, explain_constraint
from palier.journal.mover import act, create, lock, move, record, share
from palier.parc import rules
from palier.parc.enums import Financement, Typologie
from palier.parc.models import Logement, Offre, Programme
from palier.parc.queries import due_for_publication
from palier.territoires.models import Commune
from palier.territoires.queries import grille_en_vigueur

explain_constraint(
    "offre_une_vivante_par_logement",
    code="offre_existe",
    detail="Une offre est déjà en cours sur ce logement.",
    mend="Attendez qu'elle se termine, ou retirez-la.",
)
explain_constraint(
    "programme_nom_par_bailleur",
    code="programme_existe",
    detail="Un programme de ce nom existe déjà chez vous.",
    mend="Ouvrez-le, ou choisissez un autre nom.",
)
explain_constraint(
    "logement_numero_par_programme",
    code="logement_existe",
    detail="Un logement porte déjà ce numéro dans ce programme.",
    mend="Corrigez le numéro.",
)


@act
def create_programme(*, nom: str, commune: str, adresse: str, quartier: str = "", by: Actor, at: datetime) -> Programme:
    """A new estate of the actor's bailleur. Refused when the commune is unknown or the name taken."""
    if by.role != "bailleur" or by.organisation_id is None:
        raise NotVisible
    _check_text("Nom du programme", nom)
    _check_text("Adresse", adresse)
    if not Commune.objects.filter(pk=commune).exists():
        raise Refused(
            "commune",
            "Cette commune n'existe pas.",
            field="Commune",
            value=commune,
            mend="Choisissez-la dans la liste proposée.",
            status=422,
        )
    made = Programme(
        bailleur_id=by.organisation_id,
        nom=nom.strip(),
        commune_id=commune,
        quartier=quartier.strip(),
        adresse=adresse.strip(),
    )
    made.save(force_insert=True)
    record("programme.cree", made, by=by, at=at)
    return made


@act
def create_logement(
    *,
    programme_id: UUID,
    numero: str,
    typologie: str,
    surface: Decimal,
    financement: str,
    loyer_hc_cents: int,
    charges_cents: int = 0,
    etage: int = 0,
    ascenseur: bool = False,
    adapte: bool = False,
    dpe: str = "",
    reservataire_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Logement:
    """A new dwelling; rents in cents a month, area in m². Refused (422) with the field to mend."""
    programme = Programme.objects.filter(pk=programme_id).first()
    if programme is None or not rules.owns(by, programme):
        raise NotVisible
    made = Logement(
        programme=programme,
        numero=numero.strip(),
        typologie=typologie,
        surface=surface,
        financement=financement,
        loyer_hc_cents=loyer_hc_cents,
        charges_cents=charges_cents,
        etage=etage,
        ascenseur=ascenseur,
        adapte=adapte,
        dpe=dpe,
        reservataire_id=reservataire_id,
    )
    _check_logement(made)
    made.save(force_insert=True)
    record("logement.cree", made, by=by, at=at)
    return made


def _check_text(field: str, value: str) -> None:
    if not value.strip():
        raise Refused("vide", "Il manque une réponse.", field=field, mend="Écrivez-la.", status=422)


def _check_logement(logement: Logement) -> None:
    """Refused at the first field that cannot be published."""
    _check_text("Numéro du logement", logement.numero)
    if logement.typologie not in Typologie.values:
        raise Refused(
            "typologie",
            "Cette typologie n'existe pas.",
            field="Typologie",
            value=logement.typologie,
            mend="Choisissez de T1 à T7.",
            status=422,
        )
    if logement.financement not in Financement.values:
        raise Refused(
            "financement",
            "Ce financement n'existe pas.",
            field="Financement",
            value=logement.financement,
            mend="Choisissez PLAI, PLUS, PLS ou PLI.",
            status=422,
        )
    if logement.surface < 9:
        raise Refused(
            "surface",
            "Un logement fait au moins 9 m².",
            field="Surface",
            value=logement.surface,
            mend="Corrigez la surface.",
            status=422,
        )
    if logement.loyer_hc_cents <= 0 or logement.charges_cents < 0:
        raise Refused(
            "loyer",
            "Le loyer est plus grand que zéro, et les charges ne sont pas négatives.",
            field="Loyer",
            value=logement.loyer_hc_cents / 100,
            mend="Corrigez les montants.",
            status=422,
        )


@act
def create_offre(
    *, logement_id: UUID, disponible_le: date, description: str = "", presentes: int = 3, by: Actor, at: datetime
) -> Offre:
    """A draft on a dwelling of the actor, ranked by the grid in force for its commune that day."""
    logement = _own_logement(logement_id, by)
    grille = grille_en_vigueur(logement.programme.commune, clock.local_day(at))
    if grille is None:
        raise Refused(
            "grille",
            "Aucune grille de points n'est publiée pour cette commune.",
            field="Commune",
            value=logement.programme.commune.nom,
            mend="Demandez à la collectivité de publier la sienne.",
        )
    made = Offre(
        logement=logement,
        grille=grille,
        created_at=at,
        disponible_le=disponible_le,
        description=description.strip(),
        presentes=presentes,
    )
    create(made, by=by, at=at)
    return made


def _own_logement(logement_id: UUID, by: Actor) -> Logement:
    """The dwelling, held against another offre made meanwhile; NotVisible when it is not the actor's."""
    logement: Logement = lock(share(Logement, logement_id))[0]
    if not rules.owns(by, logement.programme):
        raise NotVisible
    return logement


@act
def publish_offre(*, offre_id: UUID, publiee_le: datetime, cloture_le: datetime, by: Actor, at: datetime) -> Offre:
    """Publish now, or at a later hour (state `programmee`), for a window of 3 to 30 days."""
    offre: Offre = lock((Offre, offre_id))[0]
    if not rules.owns_offre(by, offre):
        raise NotVisible
    start = max(publiee_le, at)
    rules.check_window(start, cloture_le)
    name = "publier" if publiee_le <= at else "programmer"
    move(offre, name, by=by, at=at, changes={"publiee_le": start, "cloture_le": cloture_le})
    return offre


@act
def publish_one(*, offre_id: UUID, by: Actor, at: datetime) -> Offre | None:
    """Publish a programmed offre whose hour has come; None when somebody moved it meanwhile."""
    offre: Offre = lock((Offre, offre_id))[0]
    if offre.state != "programmee" or offre.publiee_le is None or offre.publiee_le > at:
        return None
    move(offre, "publier", by=by, at=at)
    return offre


def publish_due(*, at: datetime) -> list[Offre]:
    """Publish every programmed offre whose hour has come, each in its own commit."""
    made = [publish_one(offre_id=each, by=Actor.system(), at=at) for each in due_for_publication(at)]
    return [offre for offre in made if offre is not None]
