"""While the database is away the log says so in lines, not in pages."""

import logging

from procrastinate.exceptions import ConnectorException

from evenhand.relay.outage import OneLine


def written(name, error):
    """What a record of an error becomes."""
    try:
        raise error
    except type(error) as raised:
        record = logging.LogRecord(
            name, logging.ERROR, "", 1, "listener error: %r", (raised,), (type(raised), raised, raised.__traceback__)
        )
    assert OneLine().filter(record)
    return logging.Formatter("%(name)s %(message)s").format(record)


def test_that_the_jobs_have_no_database_is_one_line():
    line = written("procrastinate.utils", ConnectorException("\n    Database error.\n    "))
    assert line == "procrastinate.utils jobs cannot be run now (ConnectorException)"


def test_any_other_error_keeps_its_traceback():
    assert written("procrastinate.utils", KeyError("bug")).splitlines()[1] == "Traceback (most recent call last):"
    assert (
        written("evenhand.relay.work", ConnectorException("no")).splitlines()[1] == "Traceback (most recent call last):"
    )
