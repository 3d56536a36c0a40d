"""The flags that stand for settings: each sets its variable in the environment, for this process and its children."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = ["data_flag", "demo_flag", "domain_flag", "listen_flags", "smarthost_flag", "web_flag"]

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Command], Command]


def _setting(flag: str, **details: Any) -> Decorator[Any]:
    name = details.pop("name", flag.removeprefix("--").replace("-", "_"))
    return click.option(flag, expose_value=False, callback=_putting(f"EVENHAND_{name.upper()}"), **details)


def _putting(variable: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def put(_ctx: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value is None or value == () or value is False:
            return
        if isinstance(value, tuple):
            os.environ[variable] = ",".join(value)
        else:
            os.environ[variable] = "1" if value is True else str(value)

    return put


def _absolute(_ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        os.environ["EVENHAND_DATA"] = str(value.expanduser().absolute())


def _together(*decorators: Decorator[Any]) -> Decorator[Any]:
    def decorate(command: Any) -> Any:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


data_flag: Decorator[Any] = click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=True),
    expose_value=False,
    callback=_absolute,
    help="Folder of the installation: its database, secret, large files and evenhand.toml. [default: data]",
)
web_flag = _setting("--http", metavar="HOST:PORT", help="Where the portal answers. [default: 127.0.0.1:8000]")
listen_flags = _together(
    _setting("--smtp", metavar="HOST:PORT", help="Where mail is taken by SMTP."),
    _setting("--lmtp", metavar="HOST:PORT", help="Where mail is taken by LMTP."),
    _setting(
        "--trust-peer",
        name="trust_peers",
        metavar="CIDR",
        multiple=True,
        help="A network whose mail needs neither SPF nor DKIM, such as a mail server in front. May be repeated.",
    ),
)
smarthost_flag = _setting("--smarthost", metavar="HOST:PORT", help="The mail server that takes our outgoing mail.")
domain_flag = _setting("--domain", metavar="DOMAIN", help="The domain of the aliases.")
demo_flag = _setting("--demo", is_flag=True, help="Show an invented market, whose mails stay on this machine.")
