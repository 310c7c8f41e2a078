"""The real client of the registration system, against a small server of ours that serves the double's answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from palier.base import limits
from palier.base.refusal import Refused
from palier.gateways import outage, registre
from palier.gateways.registre import AlreadyRegistered, Dossier, Identite, Membre, client, double

pytestmark = pytest.mark.django_db
YANN, INES = "0441125018830G4407", "0440323004217G4401"
Answer = Callable[[bytes], tuple[int, bytes]]
NEW = Dossier("44", date(2026, 12, 1), (Membre("Le Gall", "Maël", date(1990, 1, 31)),), "essai-1")


class Server(ThreadingHTTPServer):
    """Answers what `answer` says, counts what it is asked."""

    daemon_threads = True
    answer: Answer
    asked: list[bytes]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(content)
        status, body = self.server.answer(content)
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PALIER_COURRIER = tmp_path / "demo" / "courrier"


@pytest.fixture
def server(settings) -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.answer, made.asked = lambda content: (200, double.serve(content)), []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    settings.PALIER_REGISTRE_URL = f"http://127.0.0.1:{made.server_port}/nuu"
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    monkeypatch.setattr("palier.base.clock._is_fixed", lambda: True)


def test_every_operation_goes_there_and_back(server: Server):
    system = registre.registre()
    given = system.request_number(NEW)
    assert system.request_number(NEW) == given
    whole = system.import_demande(given.numero)
    assert whole is not None
    assert whole.membres == NEW.membres
    system.modify(Dossier("44", NEW.depose_le, NEW.membres, "essai-2", given.numero, enfants_a_naitre=1))
    system.renew(given.numero, date(2027, 11, 20), reference="essai-3")
    system.radier(given.numero, "attribution", date(2028, 1, 4), reference="essai-4")
    known = system.check(given.numero)
    assert known is not None
    assert (known.renouvelee_le, known.radie_le) == (date(2027, 11, 20), date(2028, 1, 4))
    assert sorted(each[0] for each in double.effects()) == ["creation", "modification", "radiation", "renouvellement"]
    assert len(server.asked) == 7


def test_what_exists_already_and_what_is_unknown(server: Server):
    system = registre.registre()
    double.declare_existing(Identite("LE GALL", "mael", date(1990, 1, 31)), INES)
    with pytest.raises(AlreadyRegistered) as caught:
        system.request_number(NEW)
    assert caught.value.numero == INES
    assert INES not in str(caught.value)
    assert system.check("044112699999999999") is None
    with pytest.raises(Refused, match="ne connaît pas"):
        system.renew("044112699999999999", date(2026, 12, 1), reference="essai-5")


def test_a_demande_removed_for_want_of_renewal_starts_again_within_the_delay(server: Server):
    system = registre.registre()
    done = system.renew("0440524011962G4405", date(2026, 11, 14), reference="reprise-1")
    assert (done.radie_le, done.depose_le) == (None, date(2024, 5, 14))
    with pytest.raises(Refused, match="délai"):
        system.renew("0440622009104G4403", date(2026, 11, 14), reference="reprise-2")


def _late(content: bytes) -> tuple[int, bytes]:
    time.sleep(1)
    return 200, double.serve(content)


ANSWERS: dict[str, Answer] = {
    "500": lambda content: (500, b"oups"),
    "503 in HTML": lambda content: (503, b"<html>maintenance</html>"),
    "401": lambda content: (401, b""),
    "redirected": lambda content: (302, b""),
    "empty": lambda content: (200, b""),
    "HTML": lambda content: (200, b"<!DOCTYPE html><html></html>"),
    "truncated": lambda content: (200, double.serve(content)[:-40]),
    "latin-1": lambda content: (200, double.serve(content).replace("Inès".encode(), "Inès".encode("latin-1"))),
    "entity bomb": lambda content: (200, b'<!DOCTYPE x [<!ENTITY a "' + b"h" * 999 + b'">]><x>&a;</x>'),
    "too large": lambda content: (200, b"<x>" + b" " * limits.value("registre_octets") + b"</x>"),
    "another reference": lambda content: (200, double.serve(content.replace(b"essai-1", b"essai-9"))),
    "its own question": lambda content: (200, content),
    "too late": _late,
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_cannot_be_used_is_tried_again_later(server: Server, kind: str, monkeypatch):
    monkeypatch.setattr(outage, "TIMEOUT_SECONDS", 0.3)
    server.answer = ANSWERS[kind]
    system = registre.registre()
    with pytest.raises(outage.GatewayDown) as caught:
        system.request_number(NEW) if kind != "latin-1" else system.check(INES)
    assert caught.value.service == "registre"
    assert str(caught.value).count("Le système d'enregistrement des demandes") == 1


def test_a_demande_that_the_schema_refuses_is_never_sent(server: Server):
    with pytest.raises(Refused, match="ne peut pas être transmise") as caught:
        registre.registre().request_number(Dossier("44", NEW.depose_le, NEW.membres, "une référence"))
    assert not isinstance(caught.value, outage.GatewayDown)
    assert server.asked == []


def test_another_anomaly_is_a_refusal_that_says_it(server: Server):
    sent = Dossier("44", NEW.depose_le, NEW.membres, "essai-1")
    wrong = double.serve(b"rien")
    named = wrong.replace(b"</nuu:dateFichier>", b"</nuu:dateFichier><nuu:reference>essai-1</nuu:reference>", 1)
    server.answer = lambda content: (422, named)
    with pytest.raises(Refused, match="a refusé ce message") as caught:
        registre.registre().request_number(sent)
    assert not isinstance(caught.value, outage.GatewayDown)


def test_nobody_there_is_down_and_plain_http_elsewhere_is_refused(settings):
    settings.PALIER_REGISTRE_URL = "http://127.0.0.1:9/nuu"
    with pytest.raises(outage.GatewayDown, match="ne répond pas"):
        registre.registre().check(INES)
    settings.PALIER_REGISTRE_URL = "http://registre.invalid/nuu"
    with pytest.raises(outage.GatewayDown, match="HTTPS"):
        registre.registre()
    with pytest.raises(outage.GatewayDown, match="certificat"):
        client.Https("https://registre.invalid/nuu", "/nulle/part.pem")


def test_the_double_may_be_slow(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    outage.simulate("registre", down=False, slow=2)
    assert registre.registre().check(INES) is not None
    outage.simulate("registre", down=False, slow=60)
    with pytest.raises(outage.GatewayDown):
        registre.registre().check(INES)
    outage.simulate("registre", down=False)
    assert registre.registre().check(INES) is not None
    assert waited == [2.0, outage.TIMEOUT_SECONDS]
