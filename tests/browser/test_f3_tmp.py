import os
from datetime import timedelta
import pytest
from django.conf import settings
from django.urls import reverse
from tests import attributions_kit as kit
from tests import factories as make
from palier.attributions import actions
from palier.base import clock
from palier.demandes import actions as demandes

AXE = os.environ.get("AXE")

@pytest.mark.browser
def test_shots(chromium, address):
    world = kit.closed(6)
    seen=[]
    def login(actor):
        return kit.client_of(actor).cookies[settings.SESSION_COOKIE_NAME].value
    def shot(actor, url, name):
        ck = login(actor)
        for w in (390, 1280):
            ctx = chromium.new_context(viewport={"width": w, "height": 900})
            ctx.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": ck, "url": address}])
            page = ctx.new_page()
            errs=[]
            page.on("console", lambda m: errs.append(m.text) if m.type=="error" else None)
            r = page.goto(address + url)
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            page.screenshot(path=f"/tmp/f3_{name}_{w}.png", full_page=True)
            seen.append((name, w, r.status, over, errs, page.locator("h1").count()))
            if w == 390 and os.path.exists("/tmp/axe.min.js"):
                page.evaluate(open("/tmp/axe.min.js").read())
                v = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0,3).map(n => n.html.slice(0,160)).join(' || ')))")
                if v: seen.append((name, "AXE", v))
            ctx.close()
    clock.set_now(kit.CLOSED)
    shot(world.bailleur, reverse("bailleur:accueil"), "b_accueil")
    shot(world.bailleur, reverse("bailleur:programmes"), "b_programmes")
    shot(world.bailleur, reverse("bailleur:programme", args=[world.offre.logement.programme_id]), "b_programme")
    shot(world.bailleur, reverse("bailleur:offre", args=[world.offre.pk]), "b_offre")
    shot(world.bailleur, reverse("bailleur:candidats_offre", args=[world.offre.pk]), "b_liste")
    for t in ("contacte","injoignable"):
        actions.record_contact(candidature_id=world.candidates[0].pk, type=t, by=world.reservataire, at=kit.CLOSED)
    shot(world.reservataire, reverse("reservataire:candidats"), "r_accueil")
    shot(world.reservataire, reverse("reservataire:candidats_offre", args=[world.offre.pk]), "r_liste")
    shot(world.reservataire, reverse("reservataire:passer", args=[world.candidates[1].pk]), "r_passer")
    actions.designate(offre_id=world.offre.pk, choices=[c.pk for c in world.candidates[2:5]], skipped={world.candidates[1].pk:"Le foyer demande un T4."}, by=world.reservataire, at=kit.CLOSED)
    shot(world.bailleur, reverse("bailleur:candidats_offre", args=[world.offre.pk]), "b_dossiers")
    shot(world.bailleur, reverse("bailleur:dossier", args=[world.candidates[2].pk]), "b_dossier")
    shot(world.bailleur, reverse("bailleur:seances"), "b_seances")
    world.candidates = world.candidates[2:5]
    kit._sit(world)
    clock.set_now(kit.SEANCE)
    shot(world.membre, reverse("caleol:seances"), "c_seances")
    shot(world.membre, reverse("caleol:seance", args=[world.seance.pk]), "c_seance")
    shot(world.membre, reverse("caleol:point", args=[world.seance.pk, world.offre.pk]), "c_point")
    kit._decide(world)
    clock.set_now(kit.DECIDED)
    shot(world.bailleur, reverse("bailleur:candidats_offre", args=[world.offre.pk]), "b_attribuee")
    actions.send_proposition(offre_id=world.offre.pk, by=world.bailleur, at=kit.DECIDED)
    p = world.proposition(0)
    shot(world.person(0), reverse("demandeur:proposition", args=[p.pk]), "p_proposition")
    shot(world.person(0), reverse("demandeur:proposition_reponse", args=[p.pk,"accepter"]), "p_accepter")
    shot(world.person(0), reverse("demandeur:proposition_reponse", args=[p.pk,"refuser"]), "p_refuser")
    shot(world.person(1), reverse("demandeur:proposition_attente", args=[world.candidates[1].pk]), "p_attente")
    shot(world.bailleur, reverse("bailleur:annuler", args=[p.pk]), "b_annuler")
    kit.answer(world, 0, "accepter", kit.DECIDED)
    shot(world.person(0), reverse("demandeur:proposition", args=[p.pk]), "p_reponse")
    bail = actions.prepare_bail(proposition_id=p.pk, by=world.bailleur, at=kit.DECIDED)
    shot(world.bailleur, reverse("bailleur:baux"), "b_baux")
    shot(world.bailleur, reverse("bailleur:signer", args=[bail.pk]), "b_signer")
    shot(world.bailleur, reverse("bailleur:guichet"), "b_guichet")
    d = make.make_demande(state="deposee")
    code = demandes.issue_counter_code(demande_id=d.pk, by=make.actor_of(d.titulaire), at=clock.now())
    demandes.open_counter(code=code, by=world.bailleur, at=clock.now())
    shot(world.bailleur, reverse("bailleur:guichet_demande", args=[d.pk]), "b_guichet_demande")
    for s in seen: print(s)
