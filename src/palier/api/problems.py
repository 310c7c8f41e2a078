"""RFC 9457 problems: every refusal of the API has a code, a French sentence and, when a rule spoke, its motifs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from palier.base.refusal import NotVisible, Refused

MEDIA_TYPE = "application/problem+json"
NOT_FOUND = "Cet objet n'existe pas, ou ne vous est pas ouvert."


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """One problem document. `more` holds `champs` (per field) and `motifs` (per rule)."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail} | more
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def refused(request: HttpRequest, exc: Refused) -> HttpResponse:
    more: dict[str, Any] = {"motifs": [str(motif) for motif in exc.motifs]} if exc.motifs else {}
    if exc.field:
        more["champs"] = [{"champ": exc.field, "detail": exc.detail}]
    return problem(exc.status, exc.code, str(exc), **more)


def not_visible(request: HttpRequest, exc: Exception) -> HttpResponse:
    return problem(404, "inconnu", NOT_FOUND)


def _sentence(error: Mapping[str, Any]) -> dict[str, str]:
    field = ".".join(str(part) for part in error["loc"][1:] if not str(part).startswith("Annotated")) or "corps"
    if error["type"] == "value_error":
        return {"champ": field, "detail": str(error["msg"]).removeprefix("Value error, ")}
    known = {
        "missing": "Ce champ est obligatoire. Ajoutez-le.",
        "extra_forbidden": "Ce champ n'existe pas. Retirez-le.",
        "json_invalid": "Le corps n'est pas du JSON lisible. Vérifiez les guillemets et les virgules.",
    }
    return {"champ": field, "detail": known.get(error["type"], "Cette valeur n'est pas du type attendu. Corrigez-la.")}


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


class PalierAPI(NinjaAPI):
    """Ninja with the errors described as they are answered: `application/problem+json`."""

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
    api.add_exception_handler(HttpError, http_error)  # type: ignore[arg-type]
