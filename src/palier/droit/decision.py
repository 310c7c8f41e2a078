"""The commission's decisions, their motives, the three candidates, the answer to an offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from palier.droit.bareme import bareme
from palier.droit.dates import plus_mois
from palier.droit.mots import INSECABLE, jour, pluriel
from palier.droit.verdict import Fait, Manquant, Motif, Verdict, etabli, indetermine

ACCEPTATION, REFUS, EN_ATTENTE = "acceptation", "refus", "en_attente"


@dataclass(frozen=True)
class Decision:
    """One of the five decisions of CCH R.441-3: letter, slug, label."""

    code: str
    slug: str
    libelle: str
    motif_obligatoire: bool

    @property
    def attribue(self) -> bool:
        """Tell whether the decision gives a home, at once, in turn, or under a condition."""
        return self.code in ("a", "b", "c")


@cache
def decisions() -> Mapping[str, Decision]:
    """Return the five decisions by slug, in the order of the text (CCH R.441-3)."""
    return {
        ligne["slug"]: Decision(ligne["code"], ligne["slug"], ligne["libelle"], bool(ligne.get("motif_obligatoire")))
        for ligne in bareme("decision")["decision"]
    }


def motifs_non_attribution() -> Mapping[str, str]:
    """Return motives of a refusal by the commission, slug to sentence (usage, CCH R.441-3 asks for one)."""
    return _libelles("motifs_non_attribution")


def motifs_refus_candidat() -> Mapping[str, str]:
    """Return motives of a refusal by the candidate, slug to sentence (usage)."""
    return _libelles("motifs_refus_candidat")


def motifs_interdits() -> Mapping[str, str]:
    """Return motives that no decision may rest on, slug to sentence (CCH L.441)."""
    return _libelles("motifs_interdits")


def _libelles(nom: str) -> Mapping[str, str]:
    """Return the labels of a list of motives."""
    libelles: Mapping[str, str] = bareme("decision")[nom]["libelles"]
    return libelles


def delai_reponse_jours() -> int:
    """Return the least days left to answer an offer (CCH R.441-10); silence is a refusal."""
    return int(bareme("decision")["reponse"]["delai_jours"])


def dernier_jour_reponse(notification: date) -> date:
    """Return the last day to answer an offer notified on a day (CCH R.441-10)."""
    return notification + timedelta(days=delai_reponse_jours())


def exceptions_candidats() -> Mapping[str, str]:
    """Return the cases where fewer than three candidates are presented, slug to sentence (CCH R.441-3)."""
    exceptions: Mapping[str, str] = bareme("decision")["candidats_minimum"]["exceptions"]
    return exceptions


def candidats_minimum(disponibles: int, *, dalo_prefet: bool = False, plai_adapte: bool = False) -> Verdict[int]:
    """Return how many candidates must be presented, given how many can be (CCH R.441-3)."""
    regle = bareme("decision")["candidats_minimum"]
    minimum = int(regle["valeur"])
    faits = {"minimum": minimum, "disponibles": disponibles, "dalo_prefet": dalo_prefet, "plai_adapte": plai_adapte}
    applicables = {
        "dalo_prefet": dalo_prefet,
        "plai_adapte": plai_adapte,
        "insuffisance_candidats": disponibles < minimum,
    }
    code = next((nom for nom, vrai in applicables.items() if vrai), None)
    if code is None:
        texte = f"Présentez au moins {pluriel(minimum, 'candidat')}."
        return etabli(minimum, Motif("trois_candidats", regle["reference"], faits, texte))
    nombre = min(disponibles, minimum) if code == "insuffisance_candidats" else min(1, disponibles)
    return etabli(nombre, Motif(code, regle["reference"], faits, exceptions_candidats()[code]))


@dataclass(frozen=True)
class Projet:
    """A decision about to be taken on one candidate; None or empty = not given yet.

    `motif`: slug of a motive, or the commission's own words. `ordre`: place among the candidates kept (letter b).
    `condition` and its last day `avant` (letter c). `avertissement`: day of the written warning (letter e).
    """

    lettre: str
    seance: date
    motif: str = ""
    ordre: int | None = None
    condition: str = ""
    avant: date | None = None
    avertissement: date | None = None


def decision_caleol(projet: Projet) -> Verdict[bool]:
    """Tell whether a decision of the commission holds (CCH R.441-3, L.441): true, false with why, or what it lacks."""
    decision = next((une for une in decisions().values() if une.code == projet.lettre), None)
    if decision is None:
        texte = "La commission décide de a) à e). Cette lettre n'existe pas."
        return etabli(False, Motif("decision_inconnue", _reference(), {"lettre": projet.lettre}, texte))
    faits: dict[str, Fait] = {"lettre": decision.code, "decision": decision.libelle, "motif": projet.motif}
    interdit = motifs_interdits().get(projet.motif)
    if interdit is not None:
        return etabli(
            False, Motif("motif_interdit", bareme("decision")["motifs_interdits"]["reference"], faits, interdit)
        )
    if projet.avant is not None and projet.lettre == "c" and projet.avant < projet.seance:
        texte = (
            f"Le délai de la condition finit le {jour(projet.avant)}, avant la séance. Choisissez un jour plus tard."
        )
        delai: dict[str, Fait] = {**faits, "avant": projet.avant.isoformat(), "seance": projet.seance.isoformat()}
        return etabli(False, Motif("condition_passee", _reference(), delai, texte))
    absents = _absents(projet, decision)
    if absents:
        return indetermine(absents)
    texte = f"La décision {decision.code}) est complète : {decision.libelle}."
    return etabli(True, Motif("decision_complete", _reference(), faits, texte), *_effets(projet))


def _reference() -> str:
    """Return the article of the five decisions."""
    return str(bareme("decision")["decision"][0]["reference"])


def _absents(projet: Projet, decision: Decision) -> list[Manquant]:
    """List what a decision lacks."""
    voulus = {
        "motif": (decision.motif_obligatoire and not projet.motif.strip(), "Écrivez le motif de cette décision."),
        "ordre": (projet.lettre == "b" and projet.ordre is None, "Écrivez la place de ce dossier."),
        "condition": (projet.lettre == "c" and not projet.condition.strip(), "Écrivez la condition à remplir."),
        "avant": (projet.lettre == "c" and projet.avant is None, "Fixez le dernier jour pour remplir la condition."),
    }
    return [Manquant(f"decision.{nom}", None, texte) for nom, (absent, texte) in voulus.items() if absent]


def _effets(projet: Projet) -> tuple[Motif, ...]:
    """Say what follows from a decision."""
    if projet.lettre == "c" and projet.avant is not None:
        faits: dict[str, Fait] = {"condition": projet.condition, "avant": projet.avant.isoformat()}
        texte = f"Condition à remplir au plus tard le {jour(projet.avant)} : le bail est alors obligatoire."
        return (Motif("condition_suspensive", _reference(), faits, texte), _delai_reponse())
    if projet.lettre == "d":
        texte = "La personne reçoit ce motif par écrit. Sa demande continue."
        return (Motif("non_attribution_motivee", bareme("decision")["notification"]["reference"], {}, texte),)
    if projet.lettre == "e":
        return (_motif_irrecevabilite(projet.avertissement),)
    return (_delai_reponse(),)


def _delai_reponse() -> Motif:
    """Say how long the person has to answer."""
    jours, regle = delai_reponse_jours(), bareme("decision")["reponse"]
    texte = f"La personne a au moins {pluriel(jours, 'jour')} pour répondre. Sans réponse, c'est un refus."
    return Motif("reponse_dix_jours", regle["reference"], {"jours": jours}, texte)


def _motif_irrecevabilite(avertissement: date | None) -> Motif:
    """Say when the demande may be removed: one month after a written warning."""
    mois, reference = int(bareme("demande")["irrecevabilite"]["avertissement_mois"]), "CCH R.441-2-8"
    if avertissement is None:
        texte = f"La demande reste active jusqu'à {mois}{INSECABLE}mois après un avertissement écrit."
        return Motif("irrecevabilite_a_avertir", reference, {"mois": mois}, texte)
    possible = plus_mois(avertissement, mois)
    jours = {"avertissement": avertissement.isoformat(), "possible_le": possible.isoformat()}
    texte = f"La demande reste active jusqu'au {jour(possible)}, {mois}{INSECABLE}mois après l'avertissement."
    return Motif("irrecevabilite_avertie", reference, {"mois": mois, **jours}, texte)


def reponse_offre(notification: date, au: date, reponse: str | None = None) -> Verdict[str]:
    """Return `acceptation`, `refus` or `en_attente`: silence refuses after the last day (CCH R.441-10)."""
    regle, dernier = bareme("decision")["reponse"], dernier_jour_reponse(notification)
    faits: dict[str, Fait] = {"notification": notification.isoformat(), "dernier_jour": dernier.isoformat()}
    if reponse in (ACCEPTATION, REFUS):
        return etabli(reponse, Motif("reponse_recue", regle["reference"], faits, "La réponse est reçue."))
    if au <= dernier:
        texte = f"Répondez au plus tard le {jour(dernier)}."
        return etabli(EN_ATTENTE, Motif("reponse_attendue", regle["reference"], faits, texte))
    texte = f"Le délai a fini le {jour(dernier)}. Sans réponse, l'offre est refusée."
    return etabli(str(regle["silence"]), Motif("reponse_silence", regle["reference"], faits, texte))


def recours_commission(notification: date, au: date) -> Verdict[str]:
    """Return the last day to ask for a new examination (usage): its delay is to be read again, so only named."""
    regle = bareme("decision")["recours_commission"]
    mois, dernier = regle["mois"], plus_mois(notification, int(regle["mois"]))
    faits: dict[str, Fait] = {"mois": mois, "dernier_jour": dernier.isoformat()}
    if au > dernier:
        texte = f"Le délai courant de {mois} mois a fini le {jour(dernier)}. Demandez au bailleur s'il vous lit encore."
        return indetermine([Manquant("decision.recours", None, texte, "recours_passe_a_verifier", faits)])
    texte = f"Écrivez avant le {jour(dernier)} : ce délai de {mois} mois est à vérifier auprès du bailleur."
    return indetermine([Manquant("decision.recours", None, texte, "recours_a_verifier", faits)])
