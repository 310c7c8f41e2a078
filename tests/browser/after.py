"""Second half of the walk: closing, désignation, commission, cascade, accord, lease, and what the others read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

from django.core.management import call_command

from palier.attributions.actions import answer_proposition
from palier.attributions.models import Bail, Proposition
from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.gateways import mail
from palier.journal.verification import verify
from tests.browser import harness
from tests.browser.people import INES, Cast, state_of
from tests.browser.walker import UUID, Walker, plain

CLOSING = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
SEANCE = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
WHY_SKIPPED = "La personne attend un logement adapté, que ce programme n'a pas."
WHY_NOT = "Une pièce manque pour comparer vos revenus au plafond."
STATES = {"Awa": "refusee", "Bruno": "non_designee", "Chloé": "non_attribuee", "David": "non_designee"}


def close(story: Cast) -> None:
    """The hour passes: the offre closes, the rank stays."""
    harness.at_instant(CLOSING)
    assert story.offre_now().state == "cloturee"
    ines = story.ines
    ines.go("/candidatures/")
    ines.on("/candidatures/", "Vos candidatures", "candidatures-cloture")
    ines.says("Rang arrêté à la clôture")
    ines.press("Pourquoi ce rang")
    ines.on(f"/candidatures/{UUID}/rang/", "Pourquoi ce rang ?", "rang-arrete")


def designate(story: Cast) -> None:
    """The adviser reaches each candidate in list order, passes one rank with its reason, designates three."""
    desk = story.reservataire
    desk.press("Désigner")
    page = f"/reservataire/offres/{UUID}/"
    desk.on(page, "Nantes", "reservataire-liste")
    reach(desk, 1)
    desk.page.locator("#r1 input[name=dossier]").check()
    desk.press("Désigner les dossiers cochés")
    desk.on("/reservataire/offres/.*", "Nantes", "reservataire-trop-peu", status=409)
    desk.go(desk.page.url.removesuffix("designer/"))
    desk.press("Noter un contact", within="#r3")
    desk.on(f"/reservataire/candidatures/{UUID}/contact/", "", "reservataire-ordre", status=409)
    desk.page.go_back()
    desk.press("Passer ce rang", within="#r2")
    desk.on(f"/reservataire/candidatures/{UUID}/passer/", "Passer le rang 2", "reservataire-passer")
    desk.fill(motif=WHY_SKIPPED)
    desk.press("Passer ce rang")
    reach(desk, 3)
    reach(desk, 4)
    desk.on(page, "Nantes", "reservataire-liste-contacts")
    desk.says("Rang passé, raison écrite", "Disponible, présenté")
    for rang in (1, 3, 4):
        desk.page.locator(f"#r{rang} input[name=dossier]").check()
    desk.press("Désigner les dossiers cochés")
    desk.on(page, "Nantes", "reservataire-designes")
    desk.says("Rang passé, raison écrite", "Désigné")
    assert story.offre_now().state == "en_designation"
    story.ines.go("/candidatures/")
    story.ines.on("/candidatures/", "Vos candidatures", "candidatures-designee")


def reach(desk: Walker, rang: int) -> None:
    """Write that the person of this rank was reached for, then that they are available."""
    desk.press("Noter un contact", within=f"#r{rang}")
    desk.page.locator(f"#r{rang} select[name=type]").select_option("presente")
    desk.press("Noter", within=f"#r{rang}")


def convene(story: Cast) -> None:
    """The bailleur reads the files, prepares the séance and convenes its members."""
    desk = story.bailleur
    desk.go("/bailleur/candidats/")
    desk.on("/bailleur/candidats/", "Candidats", "bailleur-candidats")
    desk.press("T3 Nantes")
    desk.on(f"/bailleur/offres/{UUID}/candidats/", "Nantes", "bailleur-dossiers")
    desk.press("Inès Marchal")
    desk.on(f"/bailleur/candidatures/{UUID}/", "Dossier désigné", "bailleur-dossier")
    desk.go("/bailleur/commissions/")
    desk.on("/bailleur/commissions/", "Commissions", "bailleur-commissions")
    offre = story.offre_now()
    desk.fill(jour_jour="9", jour_mois="12", jour_annee="2026", heure="14:00", offres=[str(offre.pk)])
    desk.press("Préparer la séance")
    desk.on(f"/bailleur/commissions/{UUID}/", "Séance du", "bailleur-seance")
    desk.press("Convoquer les membres")
    desk.on(f"/bailleur/commissions/{UUID}/", "Séance du", "bailleur-seance-convoquee")


def decide(story: Cast) -> None:
    """A member opens, records the ranked decisions with their reasons, and closes."""
    harness.at_instant(SEANCE)
    member = story.membre
    member.go("/commission/")
    member.on("/commission/", "Vos séances", "commission-seances")
    member.press("mercredi 9 décembre 2026")
    seance = f"/commission/seances/{UUID}/"
    member.on(seance, "Séance du", "commission-seance")
    member.press("Ouvrir la séance")
    member.on(seance, "Séance du", "commission-seance-ouverte")
    member.press("T3 Nantes")
    point = f"/commission/seances/{UUID}/offres/{UUID}/"
    member.on(point, "Nantes", "commission-point")
    awa, chloe, ines = (str(pk) for pk in (story.others["Awa"].pk, story.others["Chloé"].pk, candidature(story).pk))
    member.fill(**{f"lettre-{awa}": "b", f"ordre-{awa}": "1", f"lettre-{ines}": "b", f"ordre-{ines}": "1"})
    member.fill(**{f"lettre-{chloe}": "d", f"motif-{chloe}": "pieces_manquantes", f"texte-{chloe}": WHY_NOT})
    member.press("Enregistrer ce point")
    member.on(point, "Nantes", "commission-point-erreur", status=member.status)
    assert member.status in (409, 422), member.text()
    member.fill(**{f"ordre-{ines}": "2"})
    member.press("Enregistrer ce point")
    member.on(seance, "Séance du", "commission-seance-decidee")
    member.press("Clore la séance")
    member.on(seance, "Séance du", "commission-seance-close")
    member.press("Signer le procès-verbal")
    member.on(seance, "Séance du", "commission-seance-signee")


def cascade(story: Cast) -> None:
    """The first of the order refuses; the dwelling is proposed to Inès by itself."""
    desk, offre = story.bailleur, story.offre_now()
    desk.go(f"/bailleur/offres/{offre.pk}/candidats/")
    desk.on(f"/bailleur/offres/{UUID}/candidats/", "Nantes", "bailleur-a-proposer")
    story.ines.go(f"/propositions/attente/{candidature(story).pk}/")
    story.ines.on(f"/propositions/attente/{UUID}/", "Vous êtes 2e", "attente")
    desk.press("Envoyer la proposition")
    desk.on(f"/bailleur/offres/{UUID}/candidats/", "Nantes", "bailleur-propose")
    first = Proposition.objects.get(candidature=story.others["Awa"])
    by = Actor(story.others["Awa"].demande.titulaire_id, "demandeur")
    harness.apart(
        lambda: answer_proposition(proposition_id=first.pk, reponse="refuser", motif="quartier", by=by, at=clock.now())
    )
    harness.drain()
    assert state_of(story.others["Awa"]) == "refusee"
    assert state_of(candidature(story)) == "proposee"


def accept(story: Cast) -> None:
    """She opens the mail, reads, sees both answers, confirms."""
    ines = story.ines
    message = harness.mail_to(INES, "Un logement")
    link = harness.link_in(message, "/propositions/")
    ines.go(link)
    page = f"/propositions/{UUID}/"
    ines.on(page, "Ce logement vous est proposé", "proposition")
    ines.press("Je refuse ce logement")
    ines.on(f"{page}refuser/", "Confirmer votre refus", "proposition-refuser")
    ines.press("Revenir sans répondre")
    ines.press("J'accepte ce logement")
    ines.on(f"{page}accepter/", "Confirmer votre accord", "proposition-accepter")
    ines.press("Oui, j'accepte ce logement")
    ines.on(page, "Vous avez accepté ce logement", "proposition-acceptee")


def sign(story: Cast) -> None:
    """Lease prepared and signed: everything else ends in the same commit."""
    desk, ines = story.bailleur, story.ines
    harness.at_instant(SEANCE + timedelta(days=3))
    desk.go("/bailleur/baux/")
    desk.on("/bailleur/baux/", "Baux", "bailleur-baux")
    desk.press("Préparer le bail")
    desk.go("/bailleur/baux/")
    desk.on("/bailleur/baux/", "Baux", "bailleur-bail-pret")
    desk.press("Constater la signature")
    desk.on(f"/bailleur/baux/{UUID}/signer/", "Constater la signature", "bailleur-signer")
    desk.press("Le bail est signé")
    desk.on("/bailleur/.*", "", "bailleur-bail-signe")
    harness.drain()
    ines.go("/candidatures/")
    ines.on("/candidatures/", "Vos candidatures", "candidatures-logee")
    ines.go("/mon-espace/")
    ines.on("/mon-espace/", "", "espace-radie")
    assert Demande.objects.get(titulaire__email=INES).state == "radiee"


def read_why(story: Cast, walker: Walker) -> None:
    """Bruno was passed: the page says the very words of the adviser."""
    walker.go("/candidatures/")
    walker.on("/candidatures/", "Vos candidatures", "candidatures-ecarte")
    assert plain(WHY_SKIPPED) in walker.text(), walker.text()


def candidature(story: Cast) -> Candidature:
    """Inès's candidature on the offre of the story, read now."""
    return Candidature.objects.get(offre=story.offre, demande__titulaire__email=INES)


def prove(story: Cast) -> None:
    """What the database holds at the end, its journal whole, its frozen lists counted again without a difference."""
    assert story.offre_now().state == "pourvue"
    assert state_of(candidature(story)) == "logee"
    assert {name: state_of(each) for name, each in story.others.items()} == STATES
    assert {each.candidature_id: each.state for each in Proposition.objects.all()} == {
        story.others["Awa"].pk: "refusee",
        candidature(story).pk: "acceptee",
    }
    assert [each.state for each in Bail.objects.all()] == ["signe"]
    report = harness.apart(verify)
    assert report.is_whole, report.faults
    said = StringIO()
    harness.apart(lambda: call_command("rejouer", "--toutes", stdout=said))
    assert "1 classement rejoué, 0 différence" in said.getvalue()
    harness.drain()
    for name in ("bruno", "chloe", "david"):
        assert len(mail.list_delivered(f"{name}@exemple.fr")) >= 2, name
