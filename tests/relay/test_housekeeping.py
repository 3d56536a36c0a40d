"""What runs beside a worker ends when the worker is told to end, whatever it is at."""

import asyncio

import pytest

from evenhand.relay.housekeeping import end


async def deaf(times):
    """Swallow so many cancellations, as waiting for a connection may swallow one."""
    while times:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            times -= 1
    await asyncio.sleep(60)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_task_ends_even_if_a_cancellation_of_it_is_lost(times):
    async def story():
        task = asyncio.create_task(deaf(times))
        await asyncio.sleep(0)
        await end(task)
        return task.cancelled()

    assert asyncio.run(story())


def test_a_task_that_ends_in_time_is_not_cancelled():
    async def story():
        asked = asyncio.Event()
        task = asyncio.create_task(asked.wait())
        asyncio.get_running_loop().call_later(0.01, asked.set)
        await end(task, patience=60)
        return task.result()

    assert asyncio.run(story())


def test_a_task_that_broke_is_told_and_ends_nothing_else(caplog):
    async def story():
        async def broken():
            raise OSError

        await end(asyncio.create_task(broken()), patience=60)

    asyncio.run(story())
    assert caplog.messages == ["a task ended with OSError"]
