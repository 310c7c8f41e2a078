"""Number, seniority, validity, decisions, pieces, retention."""

from __future__ import annotations

from datetime import date

import pytest

from palier.droit import conservation, decision, numero_unique, pieces
from palier.droit.cotation import grille_fournie
from palier.droit.verdict import Manquant, Motif, Verdict, en_euros, etabli, indetermine


def test_number_is_read_in_parts() -> None:
    lu = numero_unique.lire_numero_unique(" 111 03 18 016982 g1104 ", "75")
    assert (lu.valeur, lu.territoire, lu.mois, lu.annee) == ("111031801698 2G1104".replace(" ", ""), "111", 3, 2018)
    assert (lu.sequence, lu.guichet, lu.avertissements) == ("016982", "G1104", ())
    assert str(lu).replace("\u00a0", " ") == "111 03 18 016982 G1104"


@pytest.mark.parametrize("texte", ["", "111", "1110318016982G11044", "111 03 18 016982 G110é", "111031801698_G1104"])
def test_number_of_another_length_is_refused(texte: str) -> None:
    with pytest.raises(numero_unique.NumeroInvalide) as refus:
        numero_unique.lire_numero_unique(texte)
    assert "18" in str(refus.value)


def test_strange_number_only_warns() -> None:
    assert numero_unique.lire_numero_unique("111991801698 2G1104").avertissements
    ailleurs = numero_unique.lire_numero_unique("1110318016982G1104", "44")
    assert "44" in ailleurs.avertissements[0]


@pytest.mark.parametrize(
    ("depot", "au", "mois"),
    [
        ("2026-01-31", "2026-02-28", 0),
        ("2026-01-31", "2026-03-01", 1),
        ("2025-11-24", "2026-11-24", 12),
        ("2025-11-25", "2026-11-24", 11),
        ("2027-01-01", "2026-11-24", 0),
        ("2024-02-29", "2025-02-28", 11),
    ],
)
def test_complete_months(depot: str, au: str, mois: int) -> None:
    assert numero_unique.anciennete_mois(date.fromisoformat(depot), date.fromisoformat(au)) == mois


def test_life_of_a_demande() -> None:
    depot = date(2026, 1, 31)
    assert numero_unique.fin_validite(depot) == date(2027, 1, 31)
    assert numero_unique.debut_preavis(depot) == date(2026, 12, 31)
    assert numero_unique.radiation_non_renouvellement(depot) == date(2027, 2, 28)
    assert numero_unique.communes_maximum() == 8
    assert set(numero_unique.motifs_radiation()) == {
        "attribution",
        "renonciation",
        "sans_reponse",
        "irrecevabilite",
        "non_renouvellement",
    }


def test_five_decisions() -> None:
    assert "".join(une.code for une in decision.decisions().values()) == "abcde"
    assert [une.slug for une in decision.decisions().values() if une.motif_obligatoire] == [
        "non_attribution",
        "irrecevabilite",
    ]
    assert sum(une.attribue for une in decision.decisions().values()) == 3
    assert not set(decision.motifs_non_attribution()) & set(decision.motifs_interdits())
    assert "sans_reponse" in decision.motifs_refus_candidat()


def test_ten_days_and_three_candidates() -> None:
    assert decision.dernier_jour_reponse(date(2026, 11, 24)) == date(2026, 12, 4)
    assert decision.candidats_minimum(5).valeur == 3
    assert decision.candidats_minimum(2).valeur == 2
    assert decision.candidats_minimum(0).valeur == 0
    assert decision.candidats_minimum(5, dalo_prefet=True).valeur == 1
    assert decision.candidats_minimum(5, plai_adapte=True).motifs[0].code == "plai_adapte"


def test_pieces_of_the_grids_are_known() -> None:
    for nom in ("territoire_demo", "territoire_exemple"):
        for rubrique in grille_fournie(nom).rubriques:
            for critere in rubrique.criteres:
                assert critere.piece is None or critere.piece in pieces.pieces()
    assert [piece.code for piece in pieces.pieces_identite()] == ["ID_FR", "ID_UE", "TITRE_SEJOUR"]
    assert "situation.dalo" in pieces.pieces()["DALO"].prouve
    assert pieces.pieces()["VIOLENCES"].sensible
    assert not any(piece.identite for piece in pieces.pieces_situation())
    assert pieces.libelle_piece("LOCALE") == pieces.libelle_court("LOCALE") == "LOCALE"


def test_retention() -> None:
    assert conservation.fin_conservation("demande_sne", date(2026, 1, 31)) == date(2027, 1, 31)
    assert conservation.fin_conservation("nir", date(2026, 1, 31)) is None
    with pytest.raises(KeyError):
        conservation.duree_conservation("autre")


def test_verdict_shapes() -> None:
    motif = Motif("m", "r", {"x": 1}, "Texte : fin.")
    absent = Manquant("f", None, "Il manque f.")
    assert motif.texte == "Texte\u00a0: fin."
    assert etabli(12_345, motif, montant=True).json()["valeur"] == 123.45
    assert indetermine([absent, absent]).manquants == (absent,)
    for statut, valeur, manquants in (("etabli", None, ()), ("etabli", 1, (absent,)), ("indetermine", None, ())):
        with pytest.raises(ValueError, match="incoherent"):
            Verdict(valeur, statut, (), manquants)
    with pytest.raises(ValueError, match="manque"):
        indetermine([absent]).exige()
    assert en_euros(100) == 1
    assert isinstance(en_euros(100), int)
