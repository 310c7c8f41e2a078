"""Every reason that the law may give has its English sentence, which says only facts that the reason holds."""

import ast
from fnmatch import fnmatch

from tests.house import reasons as read
from tests.house.reasons import ANY, Reason, reasons

from palier.droit.explication import catalogue, champs, cle_manquant
from palier.droit.verdict import Manquant

FAMILIES = {"Motif": "motifs", "Manquant": "manquants"}
OPEN = {
    "categorie.py _motifs": {"parent_isole", "jeune_menage", "handicap"},
    "decision.py candidats_minimum": {"insuffisance_candidats", "dalo_prefet", "plai_adapte"},
    "exactitude.py fiches_contre_avis": {"avis_et_fiches_proches", "fiches_sous_avis", "fiches_au_dessus_avis"},
    "foyer.py manquant_personne": {
        "menage.personnes.*.naissance",
        "menage.personnes.*.a_charge",
        "menage.personnes.*.rfr.*",
        "menage.personnes.*.net_mensuel",
    },
    "plafonds.py _non_publie": {"plafonds_non_publies", "plafond_menage_non_publie"},
    "publics.py non_publics": {"famille_monoparentale", "salarie_en_mobilite", "jeune_de_moins_de_30_ans"},
}
"""Functions that are given their code as it runs, with the codes that they may have."""


def _keys(reason: Reason) -> set[str]:
    """The keys of the catalogue that a reason may have; a part known only as it runs stands for any."""
    written = {cle_manquant(Manquant(code, None, "")) if reason.kind == "Manquant" else code for code in reason.codes}
    known = catalogue()[FAMILIES[reason.kind]]
    found = {key for code in written for key in known if key == code or (ANY in code and fnmatch(key, code))}
    return found | {code for code in written if not any(fnmatch(key, code) or key == code for key in known)}


def _read() -> list[Reason]:
    return [each for each in reasons() if each.codes != {ANY}]


def test_the_codes_given_as_the_law_runs_are_listed():
    assert {each.place for each in reasons() if ANY in each.codes} == set(OPEN)


def test_the_english_catalogue_holds_every_reason_and_no_other():
    for kind, family in FAMILIES.items():
        used = {key for each in _read() if each.kind == kind for key in _keys(each)}
        listed = {code for codes in OPEN.values() for code in codes}
        assert used - set(catalogue()[family]) == set()
        assert set(catalogue()[family]) - used - listed == set()


def test_a_sentence_says_only_facts_of_its_reason():
    wrong = [
        f"{each.place} {key}: {sorted(champs(catalogue()[FAMILIES[each.kind]][key]) - each.facts)}"
        for each in _read()
        if each.facts is not None
        for key in _keys(each) & each.codes
        if champs(catalogue()[FAMILIES[each.kind]][key]) - each.facts
    ]
    assert wrong == []


def test_the_reader_follows_names_branches_and_shared_facts():
    tree = ast.parse(
        "A = '_fin'\n"
        "def f(x):\n"
        "    base = {'a': 1}\n"
        "    faits = {**base, 'b': 2}\n"
        "    faits['c'] = 3\n"
        "    code, mot = ('un', 1) if x else ('deux', 2)\n"
        "    return Motif(f'{code}{A}', '', faits, '')\n"
    )
    ((scope, call),) = read._calls(tree)
    found = read._reason("f", call, [scope, *tree.body])
    assert found.codes == {"un_fin", "deux_fin"}
    assert found.facts == {"a", "b", "c"}
