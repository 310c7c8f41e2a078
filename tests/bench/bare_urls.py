"""The baseline's only view: one durable insert."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path


def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("insert into banc_insertion (corps) values (%s)", [request.body.decode()])
    return HttpResponse("{}", status=201, content_type="application/json")


urlpatterns = [path("insertion", insert)]
