"""Where each side of an order writes to."""

import pytest
from django.utils import timezone

from evenhand.conversations.actions import open_conversation
from tests.cast import place

ORDER = "7731"


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_side_is_told_the_alias_of_the_other(cast, run, side):
    done = run("alias", "--order", ORDER, "--for", side)
    assert (done.exit_code, done.stdout) == (
        0,
        {"buyer": f"{cast.seller_alias}\n", "seller": f"{cast.buyer_alias}\n"}[side],
    )


def test_an_unknown_order_is_said_to_be_unknown(cast, run):
    done = run("alias", "--order", "0815", "--for", "buyer")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "There is no order 0815.\n")


def test_a_number_of_two_marketplaces_needs_the_marketplace(cast, run):
    twin = place(cast.buyer, cast.rival, number="7731-B")
    twin.number, twin.marketplace = ORDER, "Bazaar"
    twin.save()
    conversation = open_conversation(twin)
    done = run("alias", "--order", ORDER, "--for", "buyer")
    assert (done.exit_code, done.stderr) == (
        2,
        "Order 7731 is known to several marketplaces: “Bazaar”, “Market”.\nAdd --marketplace NAME.\n",
    )
    chosen = run("alias", "--order", ORDER, "--for", "buyer", "--marketplace", "Bazaar")
    assert chosen.stdout == f"{conversation.aliases.get(participant=cast.rival)}\n"
    wrong = run("alias", "--order", ORDER, "--for", "buyer", "--marketplace", "Elsewhere")
    assert (wrong.exit_code, wrong.stderr) == (1, "There is no order 7731 at Elsewhere.\n")


def test_a_retired_alias_is_not_given_out(cast, run):
    cast.seller_alias.retired_at = timezone.now()
    cast.seller_alias.save()
    done = run("alias", "--order", ORDER, "--for", "buyer")
    assert (done.exit_code, done.stdout, done.stderr) == (
        1,
        "",
        "The alias was retired; no mail is taken for it.\n",
    )


@pytest.mark.parametrize("words", [[], ["--order", ORDER], ["--order", ORDER, "--for", "operator"]])
def test_a_wrong_command_is_told_from_a_wrong_order(db, run, words):
    assert run("alias", *words).exit_code == 2
