"""First half of the walk: account, demande, identity seen, dwelling offered, candidature, rank."""

from __future__ import annotations

import re

from palier.demandes.models import Demande
from palier.parc.models import Offre
from tests.browser import harness
from tests.browser.people import INES, PASSWORD, Cast
from tests.browser.walker import UUID, Walker

SIRET = "999 000 011 00018"
"""An invented employer of 120 people, known to the double of the register."""


def sign_up(ines: Walker) -> None:
    """Home, account, activation by the link of the mail."""
    ines.go("/")
    ines.on("/", "Un logement près de votre travail", "accueil")
    ines.go("/compte/signup/")
    ines.on("/compte/signup/", "Créer un compte", "inscription")
    ines.fill(email=INES, password1="court")
    ines.press("Créer mon compte")
    ines.on("/compte/signup/", "Créer un compte", "inscription-erreur")
    ines.fill(email=INES, password1=PASSWORD)
    ines.press("Créer mon compte")
    ines.on("/compte/confirm-email/", "Ouvrez votre messagerie", "messagerie")
    message = harness.mail_to(INES, "Activez votre compte")
    ines.go(harness.link_in(message, "/compte/confirm-email/"))
    ines.on("/compte/confirm-email/.+", "Activer votre compte", "activation")
    ines.press("Activer mon compte")
    ines.on("/mon-espace/", "Votre demande", "espace-vide")


ANSWERS: dict[str, dict[str, str | bool | list[str]]] = {
    "identite": {
        "civilite": "MME", "prenom": "Inès", "nom": "Marchal", "nationalite": "FR",
        "situation_familiale": "celibataire", "telephone": "01 99 00 12 12", "adresse": "3 rue Basse",
        "naissance_jour": "2", "naissance_mois": "3", "naissance_annee": "1992",
    },
    "travail": {
        "statut": "salarie_prive", "profession": "Ajusteuse", "siret": SIRET, "contrat": "cdi",
        "emploi_depuis_jour": "6", "emploi_depuis_mois": "1", "emploi_depuis_annee": "2020",
    },
    "ressources": {"rfr_n2_cents": "21 500", "natures": ["SAL"], "SAL": "1 720"},
    "actuel": {"statut": "heberge_tiers", "personnes": "4", "pieces": "2"},
    "logement": {"typologies": ["T3", "T4"], "budget_cents": "700", "elargissement": "oui"},
    "situation": {"trajet_travail_minutes": "50"},
}  # fmt: skip
COMMUNES = {"commune": ("Nant", "Nantes"), "lieu": ("Saint-Herb", "Saint-Herblain")}
PHONE = 700
"""Below this width in pixels, Inès asks for one question at a time."""
PAGES = 60
"""More pages than the form can ask of this household."""


def write_demande(ines: Walker) -> None:
    """The first question and every other, one a page on a phone, a chapter on a desk, to the attestation of deposit."""
    ines.press("Commencer")
    ines.on("/demande/numero/", "Avez-vous déjà un numéro unique ?", "question-numero")
    ines.fill(connu="non")
    ines.press("Continuer")
    if ines.album.width < PHONE:
        ines.press("Une question à la fois")
    _without_a_year(ines)
    for _page in range(PAGES):
        place = ines.page.url.removeprefix(ines.base).split("#")[0].strip("/").split("/")
        if place[1] == "relecture":
            break
        _answer(ines, place[1], re.sub("-[0-9a-f]{12}$", "", place[-1]))
    ines.on("/demande/relecture/", "Relisez, puis déposez", "relecture")
    ines.says("Inès", "Léo Marchal", "Ateliers de la Chézine")
    ines.fill(vues_consenties="non", exact=True)
    ines.press("Je dépose ma demande")
    ines.on("/demande/attestation/", "dépôt", "attestation")
    assert Demande.objects.get(titulaire__email=INES).state == "deposee"


def _without_a_year(ines: Walker) -> None:
    """A birth date without its year is said kindly, with what was typed."""
    if "/nom/" in ines.page.url:
        _answer(ines, "identite", "nom")
    asked = {name: value for name, value in ANSWERS["identite"].items() if name != "naissance_annee"}
    _fill(ines, asked)
    ines.press("Continuer")
    ines.on("/demande/identite/(naissance/)?", "", "question-erreur", status=422)
    ines.says("Il manque l'année.")
    _fill(ines, ANSWERS["identite"])
    ines.press("Continuer")


def _answer(ines: Walker, step: str, slug: str) -> None:
    if step == "perimetre":
        _search(ines)
        return
    ines.on(f"/demande/{step}/.*", "", f"question-{step}-{slug}" if slug != step else f"chapitre-{step}")
    if step == "menage" and slug in (step, "personnes") and "Léo" not in ines.text():
        _children(ines)
    for name in ("a_charge", "garde"):
        value = {"a_charge": "oui", "garde": "principale"}[name]
        for each in ines.page.locator(f'main [name$="-{name}"][value="{value}"]').all():
            each.check()
    _fill(ines, ANSWERS.get(step, {}))
    ines.press("Continuer")


def _fill(ines: Walker, answers: dict[str, str | bool | list[str]]) -> None:
    """Answer what the page asks."""
    for name, value in answers.items():
        if ines.page.locator(f'main [name="{name}"]').count():
            ines.answer(name, value)
    for name, (typed, wanted) in COMMUNES.items():
        place = ines.page.locator(f'main [name="{name}"]')
        if place.count() and not place.first.input_value():
            ines.commune(typed, wanted, name=name)


def _children(ines: Walker) -> None:
    for prenom, year in (("Léo", "2019"), ("Zoé", "2016")):
        if "/personnes/" not in ines.page.url and not ines.page.url.endswith("/menage/"):
            ines.go("/demande/menage/personnes/")
        ines.press("Ajouter une personne")
        ines.on("/demande/menage/personne/", "Qui vivra avec vous ?", "question-personne" if prenom == "Léo" else "")
        ines.fill(role="enfant", prenom=prenom, nom="Marchal")
        ines.fill(naissance_jour="5", naissance_mois="5", naissance_annee=year)
        ines.press("Enregistrer")
    if "/charge-" in ines.page.url:
        ines.go("/demande/menage/personnes/")


def _search(ines: Walker) -> None:
    ines.on("/demande/perimetre/", "Où cherchez-vous ?", "question-perimetre")
    ines.commune("Nant", "Nantes")
    ines.fill(secteur="prioritaire")
    ines.press("Ajouter cette commune")
    ines.commune("Rez", "Rezé")
    ines.fill(secteur="secondaire")
    ines.press("Ajouter cette commune")
    ines.on("/demande/perimetre/", "Où cherchez-vous ?", "question-perimetre-rempli")
    ines.says("Nantes", "Rezé")
    ines.press("Continuer")


def see_identity(story: Cast) -> None:
    """The one-time code; the bailleur's guichet records the identity piece; the number comes, the demande is active."""
    ines, bailleur = story.ines, story.bailleur
    ines.go("/mon-espace/")
    ines.on("/mon-espace/", "Votre demande", "espace-depose")
    ines.go("/demande/code/")
    ines.on("/demande/code/", "Montrer mes pièces à un guichet", "guichet-code")
    ines.press("Créer mon code")
    ines.on("/demande/code/", "Montrer mes pièces à un guichet", "guichet-code-cree")
    code = ines.page.locator("#code").inner_text()
    bailleur.press("Recevoir une personne au guichet")
    bailleur.on("/bailleur/guichet/", "Guichet", "bailleur-guichet")
    bailleur.fill(code=code)
    bailleur.press("Ouvrir")
    bailleur.on(f"/bailleur/guichet/{UUID}/", "Enregistrer une pièce vue", "bailleur-guichet-personne")
    bailleur.says("Inès Marchal", "en attente")
    bailleur.fill(code="ID_FR")
    bailleur.press("J'ai vu cette pièce")
    harness.drain()
    bailleur.go(bailleur.page.url)
    bailleur.on(f"/bailleur/guichet/{UUID}/", "Enregistrer une pièce vue", "bailleur-guichet-vue")
    demande = Demande.objects.get(titulaire__email=INES)
    assert demande.state == "active"
    ines.go("/mon-espace/")
    ines.on("/mon-espace/", "Votre demande", "espace-actif")
    ines.says("Numéro unique")
    ines.go("/demande/attestation/")
    ines.on("/demande/attestation/", "", "attestation-numero")


def offer(story: Cast) -> None:
    """Programme, logement of the réservataire's contingent, draft, publication for a week."""
    desk = story.bailleur
    desk.go("/bailleur/")
    desk.on("/bailleur/", "Vos logements offerts", "bailleur-accueil")
    desk.press("Offrir un logement")
    desk.on("/bailleur/programmes/", "Vos programmes", "bailleur-programmes")
    desk.fill(nom="Les Tilleuls", quartier="Dervallières", adresse="12 rue des Lilas")
    desk.commune("Nant", "Nantes")
    desk.press("Créer le programme")
    desk.on(f"/bailleur/programmes/{UUID}/", "Les Tilleuls", "bailleur-programme")
    desk.fill(numero="A12", typologie="T3", surface="62,5", etage="2", ascenseur=True, financement="PLUS")
    desk.fill(loyer_hc_cents="540", charges_cents="80", dpe="C", reservataire=str(story.contingent.pk))
    desk.press("Créer le logement")
    desk.on(f"/bailleur/logements/{UUID}/offre/", "Offrir le T3", "bailleur-nouvelle-offre")
    desk.fill(disponible_le_jour="4", disponible_le_mois="1", disponible_le_annee="2027")
    desk.fill(description="Balcon au sud, tram à 5 minutes.")
    desk.press("Enregistrer le brouillon")
    desk.on(f"/bailleur/offres/{UUID}/", "Nantes", "bailleur-offre-brouillon")
    desk.press("Publier")
    desk.on(f"/bailleur/offres/{UUID}/publier/", "Publier le T3", "bailleur-publier")
    desk.fill(cloture_le_jour="1", cloture_le_mois="12", cloture_le_annee="2026")
    desk.press("Publier l'offre")
    desk.on(f"/bailleur/offres/{UUID}/", "Nantes", "bailleur-offre-publiee")
    story.offre = Offre.objects.with_place().get(state="publiee", logement__numero="A12")


def apply(story: Cast) -> None:
    """Search, verdict, the landlord's view before applying, confirmation, rank live."""
    ines, offre = story.ines, story.offre
    assert offre is not None
    ines.go("/recherche/")
    ines.on("/recherche/", "offre", "recherche")
    ines.says("Nantes", "620 €")
    ines.page.locator(f'main a[href="/offres/{offre.pk}/"]').first.click()
    ines.on(f"/offres/{offre.pk}/", "Nantes", "offre")
    ines.says("Si vous postuliez maintenant", "4e sur 5", "Je postule")
    ines.press("Je postule", exact=True)
    ines.on(f"/offres/{offre.pk}/postuler/", "Postuler à", "postuler")
    ines.press("Oui, je postule")
    ines.on("/candidatures/", "Vos candidatures", "candidatures")
    stair = ines.page.get_by_role("img", name=re.compile("Votre place"))
    assert stair.count() == 1
    ines.press("Pourquoi ce rang")
    ines.on(f"/candidatures/{UUID}/rang/", "Pourquoi ce rang ?", "rang")
    ines.go("/candidatures/")
    ines.press("Ce que le bailleur verra de vous")
    ines.on(f"/candidatures/{UUID}/bailleur/", "Ce que le bailleur verra de vous", "ce-que-voit-le-bailleur")
    ines.says("Ce qu'il ne verra jamais")
