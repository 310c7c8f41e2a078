"""RFC 9457 problems: every refusal of the API has a code, a French sentence and, when a rule spoke, its motifs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError, ValidationErrorContext
from ninja.openapi.schema import OpenAPISchema

from palier.base.refusal import NotVisible, Refused

MEDIA_TYPE = "application/problem+json"
PLACES = ("body", "query", "path", "header", "filtres")
SHOWN = 40
WHOLE = {
    "missing": "Ce champ est obligatoire. Ajoutez-le.",
    "extra_forbidden": "Ce champ n'existe pas. Retirez-le.",
    "json_invalid": "Le corps n'est pas du JSON lisible. Vérifiez les guillemets et les virgules.",
}
MENDS = (
    ("uuid", "Donnez un identifiant comme 0190c1f2-7a3b-7c4d-8e5f-0123456789ab."),
    ("int", "Donnez un nombre entier, sans espace ni unité."),
    ("float", "Donnez un nombre, avec un point pour les décimales."),
    ("decimal", "Donnez un nombre, avec un point pour les décimales."),
    ("finite", "Donnez un nombre fini."),
    ("bool", "Donnez true ou false."),
    ("date", "Donnez une date comme 2026-11-24."),
    ("string_too_long", "Raccourcissez ce texte."),
    ("string_too_short", "Complétez ce texte."),
    ("string", "Donnez un texte, entre guillemets."),
    ("list", "Donnez une liste, entre crochets."),
    ("too_long", "Retirez des éléments de la liste."),
    ("too_short", "Ajoutez des éléments à la liste."),
    ("greater_than", "Donnez un nombre plus grand."),
    ("less_than", "Donnez un nombre plus petit."),
    ("literal", "Choisissez une valeur de la liste décrite."),
    ("enum", "Choisissez une valeur de la liste décrite."),
    ("model", "Donnez un objet, entre accolades."),
    ("dict", "Donnez un objet, entre accolades."),
)
"""Start of a type of error -> what to do; the first that fits."""
NOT_FOUND = "Cet objet n'existe pas, ou ne vous est pas ouvert."


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """One problem document. `more` holds `champs` (per field) and `motifs` (per rule)."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail} | more
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def refused(request: HttpRequest, exc: Refused) -> HttpResponse:
    motifs = [getattr(motif, "texte", str(motif)) for motif in exc.motifs]
    more: dict[str, Any] = {"motifs": motifs} if motifs else {}
    if exc.field:
        more["champs"] = [{"champ": exc.field, "detail": exc.detail}]
    return problem(exc.status, exc.code, str(exc), **more)


def not_visible(request: HttpRequest, exc: Exception) -> HttpResponse:
    return problem(404, "inconnu", NOT_FOUND)


def _sentence(error: Mapping[str, Any]) -> dict[str, str]:
    field = _field(error["loc"])
    if error["type"] == "value_error":
        return {"champ": field, "detail": str(error["msg"]).removeprefix("Value error, ")}
    if error["type"] in WHOLE:
        return {"champ": field, "detail": WHOLE[error["type"]]}
    mend = next((text for start, text in MENDS if error["type"].startswith(start)), "Corrigez-la.")
    return {"champ": field, "detail": f"La valeur {_given(error.get('input'))} n'est pas acceptée. {mend}"}


def _field(loc: Sequence[object]) -> str:
    """« offre » for ("body", "body", "offre"): neither where it was read from, nor the name of our argument."""
    parts = [str(part) for part in loc if not str(part).startswith("Annotated")]
    while len(parts) > 1 and parts[0] in PLACES:
        parts = parts[1:]
    return "corps" if parts in ([], ["body"]) else ".".join(parts)


def _given(value: object) -> str:
    """The value in quotes, cut; a list or an object is named, not copied."""
    if isinstance(value, Mapping):
        return "donnée (un objet)"
    if isinstance(value, list | tuple):
        return "donnée (une liste)"
    text = "null" if value is None else str(value).encode("utf-8", "replace").decode()
    return f"«\u00a0{text[:SHOWN]}{'…' if len(text) > SHOWN else ''}\u00a0»"


def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    fields = [_sentence(error) for error in exc.errors]
    first = fields[0]
    return problem(422, "invalide", f"{first['champ']}\u00a0: {first['detail']}", champs=fields)


def unauthenticated(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    answer = problem(401, "jeton", "Il faut un jeton valable\u00a0: en-tête « Authorization: Bearer … ».")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def http_error(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return problem(exc.status_code, "requete", str(exc) if exc.status_code != 400 else "La requête est illisible.")


def too_big(request: HttpRequest, exc: RequestDataTooBig) -> HttpResponse:
    return problem(413, "trop_grand", "Le corps est trop grand. Envoyez-le en plusieurs fois.")


class PalierAPI(NinjaAPI):
    """Ninja with the errors described as they are answered: `application/problem+json`."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Ninja's error, with the value given put back on each line: the sentence quotes it."""
        given = [line["input"] for each in error_contexts for line in each.pydantic_validation_error.errors()]
        made = super().validation_error_from_error_contexts(error_contexts)
        for line, value in zip(made.errors, given, strict=True):
            line["input"] = value
        return made

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[MEDIA_TYPE] = content.pop("application/json")
        return schema


def install(api: NinjaAPI) -> None:
    """Give the API its answers to every refusal."""
    api.add_exception_handler(Refused, refused)  # type: ignore[arg-type]
    api.add_exception_handler(NotVisible, not_visible)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, invalid)  # type: ignore[arg-type]
    api.add_exception_handler(AuthenticationError, unauthenticated)  # type: ignore[arg-type]
    api.add_exception_handler(RequestDataTooBig, too_big)  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, http_error)  # type: ignore[arg-type]
