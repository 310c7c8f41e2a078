"""What the log leaves out."""

import logging

EXPECTED = (404, 503)


class ExpectedAnswers(logging.Filter):
    """Drops the lines of answers that are part of the service: an unknown page, and « not ready yet »."""

    def filter(self, record: logging.LogRecord) -> bool:
        """True keeps the line."""
        return getattr(record, "status_code", None) not in EXPECTED
