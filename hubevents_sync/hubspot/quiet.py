"""Keep e-mails out of the log lines that httpx writes about requests."""

import logging

import httpx


class WithoutQuery(logging.Filter):
    """Takes the query off every URL in a log record: ``contactIdentifier`` there can be an e-mail."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record's arguments; keep the record."""
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(argument) for argument in record.args)
        return True


def _without_query(argument: object) -> object:
    return argument.copy_with(query=None) if isinstance(argument, httpx.URL) else argument


_FILTER = WithoutQuery()


def hush_request_log() -> None:
    """Make httpx's logger drop queries, at any level that anybody sets. Doing it twice changes nothing.

    httpcore logs neither URLs nor request headers nor bodies (1.0: a request is written as ``<Request [b'GET']>``).
    """
    logging.getLogger("httpx").addFilter(_FILTER)
