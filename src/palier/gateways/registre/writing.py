"""From a record to a message: elements in the order of the schema, what is unknown left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from palier.gateways.registre.codes import code
from palier.gateways.registre.envelope import NAMESPACE, VERSION, BadMessage, Element, tag
from palier.gateways.registre.facts import Dossier, Facts, Membre

COTITULAIRES = ("conjoint", "codemandeur")
SHARED = ("alternee", "visite")


def message(
    operation: str, at: datetime, dossier: Dossier | None = None, anomalies: Iterable[tuple[str, str]] = ()
) -> Element:
    """The root of a message. BadMessage for a text that XML cannot hold (a control character)."""
    root = etree.Element(tag("interfaceNuu"), {"versionInterface": VERSION}, nsmap={"nuu": NAMESPACE})
    try:
        header = _add(root, "entete")
        _text(header, "typeFichier", code("fichier", operation))
        _text(header, "dateFichier", at.isoformat(timespec="milliseconds"))
        _text(header, "reference", dossier.reference if dossier else "")
        refused = list(anomalies)
        if dossier is not None or refused:
            _demande(_add(_add(root, "demande"), "demandeLogement"), dossier, refused)
    except ValueError as error:
        raise BadMessage("Un texte de la demande contient un caractère interdit dans un message.") from error
    return root


def _add(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, tag(name))


def _text(parent: Element, name: str, value: object) -> None:
    """An element with a text; nothing for an unknown value."""
    if value in (None, ""):
        return
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, date):
        value = value.isoformat()
    _add(parent, name).text = str(value)


def _code(parent: Element, name: str, value: str) -> None:
    if value:
        _add(parent, name).set("code", value)


def _euros(parent: Element, name: str, cents: int | None) -> None:
    if cents is not None:
        _text(parent, name, Decimal(cents) / 100)


def _demande(parent: Element, dossier: Dossier | None, anomalies: list[tuple[str, str]]) -> None:
    if dossier is not None:
        _text(parent, "numUnique", dossier.numero)
        _text(parent, "codeDepartement", dossier.departement)
        _text(parent, "dateCreationDemande", dossier.depose_le)
        _text(parent, "dateRenouvellement", dossier.renouvelee_le)
        if dossier.radie_le is not None:
            radiation = _add(parent, "radiation")
            _code(radiation, "motifRadiation", code("motif_radiation", dossier.motif_radiation))
            _text(radiation, "dateRadiation", dossier.radie_le)
        if dossier.demandeur is not None:
            _menage(_add(parent, "personnePhysique"), dossier, dossier.demandeur)
        if dossier.recherche:
            _search(_add(parent, "logementRecherche"), dossier.recherche)
    if anomalies:
        found = _add(parent, "listeAnomalie")
        for name, sentence in anomalies:
            _code(found, "anomalie", name)
            _text(found[-1], "libelle", sentence)


def _menage(parent: Element, dossier: Dossier, holder: Membre) -> None:
    others = [each for each in dossier.membres if each is not holder]
    _person(_add(parent, "demandeur"), holder, dossier.contact)
    cotitulaires = [each for each in others if each.role in COTITULAIRES]
    shared = [each for each in others if each.garde in SHARED and each.role == "enfant"]
    dependants = [each for each in others if each not in cotitulaires and each not in shared]
    if dependants:
        rows = _add(parent, "listePersonneACharge")
        for each in dependants:
            _dependant(_add(rows, "personneACharge"), each)
    if dossier.enfants_a_naitre:
        born = _add(parent, "personneANaitre")
        _text(born, "nombre", dossier.enfants_a_naitre)
        _text(born, "dateNaissancePrevue", dossier.naissance_prevue)
    if shared:
        rows = _add(parent, "listePersonneEnGarde")
        for each in shared:
            _child(_add(rows, "personneEnGarde"), each)
    if cotitulaires:
        rows = _add(parent, "listeCotitulaire")
        for each in cotitulaires:
            _person(_add(rows, "cotitulaire"), each, {}, link=_link(each, dossier.union))
    if dossier.logement:
        _home(_add(parent, "logementActuel"), dossier.logement)


def _link(member: Membre, union: str) -> str:
    return code("lien", union if member.role == "conjoint" else member.role)


def _person(parent: Element, member: Membre, contact: Facts, link: str = "") -> None:
    _code(parent, "civilite", code("civilite", member.civilite))
    _text(parent, "nom", member.nom_usage or member.nom)
    _text(parent, "nomPatronymique", member.nom if member.nom_usage else "")
    _text(parent, "prenom", member.prenom)
    _text(parent, "dateNaissance", member.naissance)
    _code(parent, "nationalite", code("nationalite", member.nationalite))
    _code(parent, "situationFamiliale", code("situation_familiale", member.situation_familiale))
    _code(parent, "lienDemandeur", link)
    _text(parent, "telPortable", contact.get("telephone"))
    _text(parent, "mel", contact.get("mel"))
    if any(contact.get(name) for name in ("adresse", "code_postal", "commune")):
        home = _add(parent, "adressePostale")
        _text(home, "etranger", False)
        _text(home, "voie", contact.get("adresse"))
        _text(home, "codePostal", contact.get("code_postal"))
        _code(home, "commune", str(contact.get("commune") or ""))
    _work(parent, member)
    _ressources(parent, member)


def _work(parent: Element, member: Membre) -> None:
    if member.contrat or member.employeur or member.profession:
        work = _add(parent, "situationProfessionnelle")
        _text(work, "profession", member.profession)
        _code(work, "typeContratTravail", code("contrat", member.contrat))
        _text(work, "nomEmployeurPrincipal", member.employeur)


def _ressources(parent: Element, member: Membre) -> None:
    if member.annee_n1 is not None:
        tax = _add(parent, "revenuFiscal")
        _text(tax, "anneeMoins1", member.annee_n1)
        _euros(tax, "montantMoins1", member.rfr_n1_cents)
        _text(tax, "anneeMoins2", member.annee_n1 - 1)
        _euros(tax, "montantMoins2", member.rfr_n2_cents)
    for name, kind in (("listeRessourceRecue", "ressource_recue"), ("listeRessourceVersee", "ressource_versee")):
        _amounts(parent, name, kind, member.ressources)


def _amounts(parent: Element, name: str, kind: str, amounts: Mapping[str, int]) -> None:
    known = [(code(kind, slug), cents) for slug, cents in amounts.items() if code(kind, slug)]
    rows = _add(parent, name) if known else parent
    for value, cents in known:
        row = _add(rows, "detailRessource")
        _code(row, "ressource", value)
        _euros(row, "montant", cents)


def _dependant(parent: Element, member: Membre) -> None:
    _add(parent, "nom").text = member.nom
    _text(parent, "prenom", member.prenom)
    _text(parent, "dateNaissance", member.naissance)
    _code(parent, "lienParente", code("parente", member.role) or code("parente", "autre"))


def _child(parent: Element, member: Membre) -> None:
    _text(parent, "dateNaissance", member.naissance)
    _code(parent, "coParentalite", code("coparentalite", member.garde))


def _home(parent: Element, home: Facts) -> None:
    status = code("logement", home.get("statut"))
    if status:
        _code(_add(parent, "listeModeleLogement"), "modeleLogement", status)
    _euros(parent, "montantMensuelLoyer", home.get("loyer_cents"))
    _text(parent, "nombreHabitant", home.get("personnes"))
    _text(parent, "surface", home.get("surface"))


def _search(parent: Element, wanted: Facts) -> None:
    _text(parent, "demandeElargie", bool(wanted.get("elargie")))
    _euros(parent, "montantMaximum", wanted.get("budget_cents"))
    sizes = _add(parent, "listeTypeLogement")
    for value in dict.fromkeys(code("typologie", each) for each in wanted.get("typologies") or ()):
        _code(sizes, "typeLogement", value)
    places = _add(parent, "listeLocalisationSouhaite")
    for place in wanted.get("communes") or ():
        _code(_add(places, "localisationSouhaite"), "commune", place)
