"""Live requests wait their turn: in order, bounded, and each kind for itself."""

import asyncio
import threading

import pytest

from statuspage.serving.places import Full, Gone, Kind, Places


class Work:
    """Goes on until it is let go, and says in which order it began."""

    def __init__(self):
        self.began, self.go_on = [], threading.Event()

    def named(self, name):
        def work():
            self.began.append(name)
            assert self.go_on.wait(20)
            return name

        return work


async def begun(work, count):
    while len(work.began) < count:
        await asyncio.sleep(0.001)


def places(**more):
    return Places(Kind(**{"places": 2, "patience": 30, "largest": 0} | more))


def test_as_many_as_there_are_places_at_a_time_and_the_rest_in_order():
    work, kind = Work(), places()

    async def crowd():
        tasks = []
        for number in range(8):
            tasks.append(asyncio.ensure_future(kind.run(work.named(number))))
            await asyncio.sleep(0)
        await begun(work, 2)
        await asyncio.sleep(0.05)
        at_first = list(work.began)
        work.go_on.set()
        return at_first, await asyncio.gather(*tasks)

    at_first, answers = asyncio.run(crowd())

    assert (sorted(at_first), answers) == ([0, 1], list(range(8)))
    assert sorted(work.began[:2]) == [0, 1]
    assert all(abs(work.began.index(number) - number) <= 1 for number in range(8))  # two threads take from one queue


def test_whoever_finds_no_place_in_time_is_told_and_the_next_still_gets_one():
    work, kind = Work(), places(places=1, patience=0.05)

    async def crowd():
        first = asyncio.ensure_future(kind.run(work.named("first")))
        await begun(work, 1)
        with pytest.raises(Full):
            await kind.run(work.named("late"))
        work.go_on.set()
        return await first, await kind.run(work.named("next"))

    assert asyncio.run(crowd()) == ("first", "next")
    assert work.began == ["first", "next"]


def test_whoever_leaves_gives_the_turn_to_the_next():
    work, kind = Work(), places(places=1)

    async def crowd():
        left = asyncio.Event()
        first = asyncio.ensure_future(kind.run(work.named("first")))
        await begun(work, 1)
        leaver = asyncio.ensure_future(kind.run(work.named("leaver"), left=left.wait))
        stayer = asyncio.ensure_future(kind.run(work.named("stayer"), left=asyncio.Event().wait))
        await asyncio.sleep(0.01)
        left.set()
        with pytest.raises(Gone):
            await leaver
        work.go_on.set()
        return await first, await stayer

    assert asyncio.run(crowd()) == ("first", "stayer")
    assert work.began == ["first", "stayer"]


def test_where_too_many_wait_the_next_is_told_at_once():
    work, kind = Work(), Places(Kind(places=1, patience=30, largest=0), most_waiting=3)

    async def crowd():
        tasks = [asyncio.ensure_future(kind.run(work.named(number))) for number in range(4)]
        await begun(work, 1)
        await asyncio.sleep(0.01)
        with pytest.raises(Full):
            await kind.run(work.named("too many"))
        work.go_on.set()
        return await asyncio.gather(*tasks)

    assert asyncio.run(crowd()) == [0, 1, 2, 3]


def test_an_error_gives_its_place_back():
    kind = places(places=1)

    def broken():
        raise RuntimeError("broken")

    async def twice():
        for _each in range(3):
            with pytest.raises(RuntimeError):
                await kind.run(broken)
        return await kind.run(lambda: "well")

    assert asyncio.run(twice()) == "well"
