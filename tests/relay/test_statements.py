"""What a worker asks for every batch costs no more when a million mails are stored: an index leads to every row."""

import re
from dataclasses import replace

from django.db import connection

from evenhand.relay import outbox, statements
from evenhand.relay.channel import Sent
from tests.relay.post import deliver, mail, spool

READ_WHOLE = re.compile(r"Seq Scan on (\w+)")


def test_no_statement_of_a_batch_reads_a_table_whole(cast, settings):
    settings.EVENHAND = replace(settings.EVENHAND, book="amazon-2025-04")
    asked = {}

    def note(execute, sql, params, many, context):
        asked[sql] = params
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        deliver(cast.seller_alias, mail(text="Is it here yet?\n"))
        spool(cast.buyer_alias, mail(text="It left yesterday.\n", sender="ben@shop.example"))
        deliver(cast.buyer_alias, mail(text="It is on its way.\n", sender="ben@shop.example"))
        outbox.record([outbox.Outcome(one, Sent("250 taken"), one.now()) for one in outbox.claim(8)])

    # Forbidden altogether, a table is still read whole where there is no other way: that is what must not be.
    with statements.prepared() as cursor:
        for setting in statements.SETTINGS:
            cursor.execute(setting)
        whole = {}
        for sql, params in asked.items():
            if "evenhand_" in sql and sql.lstrip().startswith(("SELECT", "WITH", "UPDATE", "INSERT", "DELETE")):
                cursor.execute("EXPLAIN " + sql, params)
                whole[sql] = READ_WHOLE.findall("\n".join(line for (line,) in cursor.fetchall()))
    assert len(whole) > 16
    assert [sql for sql in whole if "evenhand_orderitem" in sql or "review_request" in sql] != []
    assert {table: sql for sql, tables in whole.items() for table in tables} == {}
