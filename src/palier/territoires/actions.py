"""Acts on grids: a collectivité writes a draft, then publishes it as a version of its grid."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from palier import journal
from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused, explain_constraint
from palier.droit import cotation
from palier.droit.mots import jour, pluriel
from palier.territoires.departements import departements
from palier.territoires.models import BrouillonGrille, Commune, Grille

explain_constraint(
    "grille_sans_chevauchement",
    code="grille_chevauchement",
    detail="Une version de cette grille est déjà en vigueur pendant ces jours.",
    mend="Choisissez une date de début postérieure à celle de la version en vigueur.",
)
explain_constraint(
    "grille_version",
    code="grille_version",
    detail="Cette version de la grille est déjà publiée.",
    mend="Donnez à la nouvelle version un numéro plus grand.",
)
PUBLISHERS = ("collectivite", "systeme")
LIBELLE = 160


@journal.act
def publish_grille(*, texte: str, perimetre: Sequence[str], by: Actor, at: datetime) -> Grille:
    """Publish a grid (TOML text) on EPCI and départements; the version in force ends the day before it begins.

    Refused with every fault of the text, when the perimeter names an unknown place, or when days overlap.
    """
    if by.role not in PUBLISHERS:
        raise NotVisible
    read = _fit_or_refuse(texte)
    grille = Grille(
        code=read.code,
        version=read.version,
        libelle=read.libelle,
        texte=texte,
        empreinte=read.empreinte,
        perimetre=_known_places(perimetre),
        en_vigueur_depuis=read.en_vigueur_depuis,
        en_vigueur_jusqu_au=read.en_vigueur_jusqu_au,
        publiee_le=at,
        deliberation=read.deliberation,
        fictif=read.fictif,
    )
    _one_at_a_time()
    _check_code(grille, by)
    _check_others(grille)
    _end_previous(grille)
    grille.save(force_insert=True)
    journal.record("grille.publiee", grille, by=by, at=at, data={"code": grille.code, "empreinte": grille.empreinte})
    return grille


def _fit_or_refuse(texte: str) -> cotation.Grille:
    """The grid, when nothing forbids to publish it."""
    faults = cotation.controle_texte(texte)
    if not faults:
        return cotation.lire_grille(texte)
    if faults[0].code == "grille_illisible":
        raise Refused("grille_invalide", faults[0].texte, status=422)
    said = [f"La grille a {pluriel(len(faults), 'défaut')}.", *(fault.texte for fault in faults)]
    raise Refused("grille_defauts", "\n".join(said), status=422)


def _one_at_a_time() -> None:
    """Publications wait for one another: what is checked below stays true until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('territoires.grille'))")


def _check_code(grille: Grille, by: Actor) -> None:
    """Versions only go up, and a collectivité never adds one to the grid of another."""
    if Grille.objects.filter(code=grille.code, version__gte=grille.version).exists():
        raise Refused(
            "grille_version",
            "Cette version de la grille, ou une plus grande, est déjà publiée.",
            field="version",
            value=grille.version,
            mend="Donnez à la nouvelle version un numéro plus grand.",
        )
    of_others = Grille.objects.filter(code=grille.code).exclude(perimetre=grille.perimetre)
    if by.role == "collectivite" and of_others.exists():
        raise Refused(
            "grille_code",
            "Ce code est celui de la grille d'un autre territoire.",
            field="code",
            value=grille.code,
            mend="Choisissez un autre code.",
            status=422,
        )


def _check_others(grille: Grille) -> None:
    """One place and one day have one grid: another code may not overlap."""
    ends = Q(en_vigueur_jusqu_au=None) | Q(en_vigueur_jusqu_au__gte=grille.en_vigueur_depuis)
    others = Grille.objects.filter(ends, perimetre__overlap=grille.perimetre).exclude(code=grille.code)
    if grille.en_vigueur_jusqu_au is not None:
        others = others.filter(en_vigueur_depuis__lte=grille.en_vigueur_jusqu_au)
    other = others.first()
    if other is not None:
        raise Refused(
            "grille_concurrente",
            f"La grille «\u00a0{other.libelle}\u00a0» (code {other.code}) s'applique déjà ici pendant ces jours.",
            field="code",
            value=grille.code,
            mend=f"Gardez le code {other.code} pour en publier la version suivante.",
        )


def _end_previous(grille: Grille) -> None:
    """A version still in force the day the new one begins ends the day before."""
    previous = Grille.objects.filter(
        code=grille.code, en_vigueur_jusqu_au=None, en_vigueur_depuis__lt=grille.en_vigueur_depuis
    )
    previous.update(en_vigueur_jusqu_au=grille.en_vigueur_depuis - timedelta(days=1))


def _known_places(perimetre: Sequence[str]) -> list[str]:
    listed = sorted(set(perimetre))
    epci = set(Commune.objects.filter(siren_epci__in=listed).values_list("siren_epci", flat=True))
    unknown = [code for code in listed if code not in epci and code not in departements()]
    if listed and not unknown:
        return listed
    raise Refused(
        "grille_perimetre",
        "Le périmètre ne désigne ni un EPCI ni un département connus.",
        field="Périmètre",
        value=", ".join(unknown),
        mend="Donnez des numéros SIREN d'EPCI (9 chiffres) ou des codes de département.",
        status=422,
    )


# Drafts ---------------------------------------------------------------------------------------------------------------


@journal.act
def open_draft(*, libelle: str, texte: str, siren: str, by: Actor, at: datetime) -> BrouillonGrille:
    """A new draft of the actor's collectivité, on its EPCI: `siren` is that of its organisation, 9 digits."""
    if by.role != "collectivite" or by.organisation_id is None:
        raise NotVisible
    draft = BrouillonGrille(
        organisation_id=by.organisation_id,
        libelle=_named(libelle),
        texte=_short_enough(texte),
        perimetre=[_own_epci(siren)],
        created_at=at,
        updated_at=at,
    )
    draft.save(force_insert=True)
    journal.record("grille.brouillon_ouvert", draft, by=by, at=at)
    return draft


@journal.act
def save_draft(
    *, draft_id: UUID, texte: str, version: int, by: Actor, at: datetime, libelle: str | None = None
) -> BrouillonGrille:
    """Write the whole text, right or wrong. Refused when somebody saved since `version` was read."""
    draft = _held(draft_id, by, version)
    draft.texte, draft.updated_at = _short_enough(texte), at
    draft.libelle = draft.libelle if libelle is None else _named(libelle)
    draft.version = F("version") + 1
    draft.save(update_fields=["texte", "libelle", "version", "updated_at"])
    draft.refresh_from_db(fields=["version"])
    journal.record("grille.brouillon_enregistre", draft, by=by, at=at, data={"version": draft.version})
    return draft


@journal.act
def discard_draft(*, draft_id: UUID, version: int, by: Actor, at: datetime) -> None:
    """Set a draft aside for good."""
    draft = _held(draft_id, by, version)
    _close(draft, at)
    journal.record("grille.brouillon_ecarte", draft, by=by, at=at)


@journal.act
def publish_draft(
    *,
    draft_id: UUID,
    version: int,
    siren: str,
    deliberation: str,
    en_vigueur_depuis: date,
    en_vigueur_jusqu_au: date | None = None,
    by: Actor,
    at: datetime,
) -> Grille:
    """Publish a draft on its EPCI with the deliberation that adopts it and its days, written into its text.

    Refused as `publish_grille`, on another territory than the organisation's, and on days already gone.
    """
    draft = _held(draft_id, by, version)
    if draft.perimetre != [_own_epci(siren)]:
        raise Refused(
            "grille_perimetre",
            "Ce brouillon a été ouvert pour un autre territoire.",
            mend="Ouvrez-en un nouveau pour le vôtre.",
        )
    if en_vigueur_depuis < local_day(at):
        raise Refused(
            "grille_passee",
            "Une grille ne s'applique pas à des jours passés.",
            field="En vigueur depuis",
            value=jour(en_vigueur_depuis),
            mend=f"Choisissez le {jour(local_day(at))} ou un jour suivant.",
            status=422,
        )
    days = {"en_vigueur_depuis": en_vigueur_depuis, "en_vigueur_jusqu_au": en_vigueur_jusqu_au}
    texte = cotation.texte_adopte(draft.texte, {"deliberation": deliberation.strip(), **days})
    grille = publish_grille(texte=texte, perimetre=draft.perimetre, by=by, at=at)
    _close(draft, at)
    return grille


def _held(draft_id: UUID, by: Actor, version: int) -> BrouillonGrille:
    """The draft, locked, when it is the actor's, still open, and as it was read."""
    found: BrouillonGrille = journal.lock((BrouillonGrille, draft_id))[0]
    if by.role != "collectivite" or by.organisation_id != found.organisation_id:
        raise NotVisible
    if found.clos_le is not None:
        raise Refused("brouillon_clos", "Ce brouillon est publié ou écarté.", mend="Ouvrez-en un nouveau.")
    if found.version != version:
        raise Refused(
            "brouillon_modifie",
            "Ce brouillon a été enregistré ailleurs depuis que vous l'avez ouvert.",
            mend="Comparez, puis enregistrez à nouveau si votre texte doit rester.",
        )
    return found


def _close(draft: BrouillonGrille, at: datetime) -> None:
    draft.clos_le = at
    draft.save(update_fields=["clos_le"])


def _own_epci(siren: str) -> str:
    if Commune.objects.filter(siren_epci=siren).exclude(siren_epci="").exists():
        return siren
    raise Refused(
        "grille_perimetre",
        "Le numéro SIREN de votre organisation n'est pas celui d'un EPCI connu.",
        field="SIREN",
        value=siren,
        mend="Faites corriger son numéro SIRET par l'administrateur.",
    )


def _named(libelle: str) -> str:
    name = libelle.strip()
    if 0 < len(name) <= LIBELLE:
        return name
    mend = f"Écrivez de 1 à {LIBELLE} caractères."
    raise Refused(
        "brouillon_nom", "Le nom du brouillon manque ou est trop long.", field="Nom du brouillon", mend=mend, status=422
    )


def _short_enough(texte: str) -> str:
    most = limits.value("grille_texte")
    if len(texte) <= most:
        return texte
    mend = f"Raccourcissez-le à {pluriel(most, 'caractère')} au plus."
    raise Refused("grille_longue", f"Le texte compte {len(texte)} caractères.", field="Texte", mend=mend, status=422)
