"""Stories nobody thought of: mails, crashes, outages and clocks in any order; what was accepted is never lost or altered."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.relay.simulation import House

pytestmark = pytest.mark.django_db(transaction=True)


def test_whatever_happens_in_whatever_order_nothing_is_lost_altered_or_out_of_order():
    run_state_machine_as_test(
        House,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
