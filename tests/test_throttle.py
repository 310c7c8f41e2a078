"""The count of calls of one address: each minute and each name apart, and a culled cache is no crash."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from palier.base import limits, throttle
from palier.base.refusal import Refused

pytestmark = pytest.mark.django_db
MOST = limits.value("simulations_per_minute")


def test_past_the_limit_it_is_refused_until_the_next_minute():
    for _call in range(MOST):
        throttle.count_call("simulations", "192.0.2.1", 1)
    with pytest.raises(Refused) as refused:
        throttle.count_call("simulations", "192.0.2.1", 1)
    assert refused.value.status == 429
    throttle.count_call("simulations", "192.0.2.1", 2)
    throttle.count_call("simulations", "192.0.2.2", 1)
    throttle.count_call("simulator", "192.0.2.1", 1)


def test_a_count_lost_in_between_starts_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "add", lambda *given, **more: True)
    throttle.count_call("simulations", "192.0.2.3", 1)


def test_a_limit_must_have_its_line():
    with pytest.raises(LookupError):
        throttle.count_call("inconnu", "192.0.2.1", 1)
