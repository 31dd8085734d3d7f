import asyncio
import contextlib

from waproject.lab.twilio_simulator.scheduler import Scheduler


def run(scheduler, seconds=0.2):
    async def keep():
        running = asyncio.create_task(scheduler.run())
        await asyncio.sleep(seconds)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    asyncio.run(keep())


def job(done, name, error=None):
    async def do():
        done.append(name)
        if error:
            raise error

    return do


def test_jobs_are_done_at_their_times():
    done = []
    scheduler = Scheduler()
    for seconds in (0.06, 0.0, 0.03, 60):
        scheduler.after(seconds, job(done, seconds))

    run(scheduler)

    assert (done, scheduler.pending) == ([0.0, 0.03, 0.06], 1)


def test_failed_job_does_not_stop_the_others(caplog):
    done = []
    scheduler = Scheduler()
    scheduler.after(0, job(done, "bad", ValueError("oh")))
    scheduler.after(0, job(done, "good"))

    run(scheduler)

    assert (done, caplog.messages) == (["bad", "good"], ["A job of the simulator failed."])


def test_only_so_many_jobs_run_at_once():
    scheduler, most, running = Scheduler(at_once=2), [], set()

    async def do(number):
        running.add(number)
        most.append(len(running))
        await asyncio.sleep(0.01)
        running.discard(number)

    for number in range(6):
        scheduler.after(0, lambda number=number: do(number))

    run(scheduler)

    assert (max(most), len(most), scheduler.pending) == (2, 6, 0)
