"""Browser tests; the helpers' assertions are told in full."""

import pytest

pytest.register_assert_rewrite(*(f"tests.browser.{name}" for name in ("walker", "people", "before", "after")))
