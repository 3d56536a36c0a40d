"""Ids of rows are made before the rows are: each once, and in the order of time."""

import threading

from evenhand.record.ids import new_id


def test_ids_are_of_version_seven_and_follow_each_other():
    ids = [new_id() for _ in range(5000)]
    assert {one.version for one in ids} == {7}
    assert ids == sorted(ids)


def test_no_id_is_made_twice_however_many_make_them_at_once():
    made = []
    threads = [threading.Thread(target=lambda: made.extend(new_id() for _ in range(5000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 20_000
