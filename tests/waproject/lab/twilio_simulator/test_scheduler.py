import asyncio
import contextlib

from waproject.lab.twilio_simulator.scheduler import Agenda


def run(agenda, seconds=0.2):
    async def keep():
        keeper = asyncio.create_task(agenda.run())
        await asyncio.sleep(seconds)
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper

    asyncio.run(keep())


def job(done, name, error=None):
    async def do():
        done.append(name)
        if error:
            raise error

    return do


def test_jobs_are_done_at_their_times():
    done = []
    agenda = Agenda()
    for seconds in (0.06, 0.0, 0.03, 60):
        agenda.after(seconds, job(done, seconds))

    run(agenda)

    assert (done, agenda.pending) == ([0.0, 0.03, 0.06], 1)


def test_failed_job_does_not_stop_the_others(caplog):
    done = []
    agenda = Agenda()
    agenda.after(0, job(done, "bad", ValueError("oh")))
    agenda.after(0, job(done, "good"))

    run(agenda)

    assert (done, caplog.messages) == (["bad", "good"], ["A job of the simulator failed."])


def test_only_so_many_jobs_run_at_once():
    agenda, most, running = Agenda(at_once=2), [], set()

    async def do(number):
        running.add(number)
        most.append(len(running))
        await asyncio.sleep(0.01)
        running.discard(number)

    for number in range(6):
        agenda.after(0, lambda number=number: do(number))

    run(agenda)

    assert (max(most), len(most), agenda.pending) == (2, 6, 0)
