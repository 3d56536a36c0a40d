"""What goes wrong in a command, said in sentences and exit codes; no traceback reaches an operator unasked."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import traceback
from typing import IO, Any

import click

from evenhand.cli.terminal import shown
from evenhand.configuration import Misconfigured
from evenhand.connectors.ports import Unavailable

__all__ = ["WRONG_USAGE", "Commands", "Fault", "first_line", "unreachable"]

_FOREIGN = re.compile("[\udc80-\udcff]")
"""What Python makes of bytes of the command line that are no UTF-8 (PEP 383)."""

WRONG_USAGE = 2
"""The exit code for a wrong command line or wrong settings."""


class Fault(click.ClickException):
    """A foreseeable fault: sentences for the operator, and the exit code."""

    exit_code: int  # type: ignore[misc]  # click means it for a whole class; here each fault has its own

    def __init__(self, *sentences: str, code: int = 1) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.exit_code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentences; what was typed, or stands in a file, may be part of them and steers no terminal."""
        for sentence in self.sentences:
            click.echo("\n".join(map(shown, sentence.split("\n"))), file=file, err=file is None)


class Commands(click.Group):
    """The group of all commands: the one place where faults are caught."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and put what it throws into words."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if _is_closed_pipe(error):
                raise
            if _wants_traceback(ctx):
                traceback.print_exc()
                raise click.exceptions.Exit(1) from error
            raise _fault_of(error) from error


def _is_closed_pipe(error: Exception) -> bool:
    # Whoever read our output has read enough; click ends quietly then.
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def _wants_traceback(ctx: click.Context) -> bool:
    return bool(ctx.params.get("traceback") or os.environ.get("EVENHAND_TEST_TRACEBACK"))


def _fault_of(error: Exception) -> Fault:
    if isinstance(error, Misconfigured):
        return Fault(*error.problems, code=WRONG_USAGE)
    if isinstance(error, Unavailable):
        return Fault(str(error))
    if isinstance(error, UnicodeEncodeError) and _FOREIGN.search(str(error.object)):
        # Names of files may be such bytes; wherever a text is wanted they get this far.
        return Fault(f"“{_FOREIGN.sub('�', str(error.object)[:100])}” is not UTF-8.", code=WRONG_USAGE)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return Fault(f"{where}{error.strerror}.")
    if isinstance(error, subprocess.SubprocessError):
        return Fault(f"The embedded database does not do its work: {first_line(error)}")
    return _database_fault(error) or Fault(
        f"This should not happen: {type(error).__name__}: {first_line(error)}",
        "For where it came from, run the same again as: evenhand --traceback …",
    )


def _database_fault(error: Exception) -> Fault | None:
    # Imported here because most commands go well, and those that do not may have no use for a database.
    import psycopg
    from django.db import utils

    cause = error.__cause__ if isinstance(error, utils.Error) else error
    match cause:
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            return Fault("The database is not of this version. Run: evenhand migrate")
        case psycopg.errors.InsufficientPrivilege() | psycopg.errors.ReadOnlySqlTransaction():
            return Fault(f"The database does not let us: {first_line(cause)}")
        case psycopg.errors.DiskFull():
            return Fault(f"The database's disk is full: {first_line(cause)}")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return unreachable(cause)
        case _:
            return None


def unreachable(error: Exception) -> Fault:
    """Say that the database does not answer."""
    return Fault(f"The database cannot be reached: {first_line(error)}")


def first_line(error: Exception) -> str:
    """Cut an error's own words to what fits in a sentence."""
    return str(error).strip().partition("\n")[0][:300]
