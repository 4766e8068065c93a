"""Measure local picture files in a worker process, with the limits of a crawl."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from console.configuration import Configuration
from crawler.worker_tasks import Inspected, InspectRequest
from crawler.workers import WorkerDied, WorkerPool, WorkerTooSlow
from filters.facts import Facts, Flaw
from filters.measure.digests import measure_digests


def measure(files: Sequence[Path], configuration: Configuration) -> Iterator[tuple[Path, Facts]]:
    """Yield the facts of each file; no more than one is held in memory."""
    pool = inspectors(configuration)
    try:
        for file in files:
            yield file, asyncio.run(facts_of(request_of(file.read_bytes(), configuration), pool))
    finally:
        pool.close()


def inspectors(configuration: Configuration) -> "WorkerPool[InspectRequest, Inspected]":
    """Return one worker under the limits of a crawl; close it."""
    return WorkerPool(
        "inspect",
        size=1,
        timeout_s=configuration.number("INSPECTION_TIMEOUT_S"),
        memory_bytes=configuration.whole("WORKER_MEMORY_BYTES"),
    )


def request_of(body: bytes, configuration: Configuration) -> InspectRequest:
    max_pixels, max_frames = configuration.whole("IMAGE_MAX_PIXELS"), configuration.whole("IMAGE_MAX_FRAMES")
    return InspectRequest(body=body, max_pixels=max_pixels, max_frames=max_frames)


async def facts_of(request: InspectRequest, pool: "WorkerPool[InspectRequest, Inspected]") -> Facts:
    """Digests are there even of a file that kills its worker: a listed one is still found."""
    try:
        return (await pool.run(request)).facts
    except WorkerTooSlow:
        return Facts(digests=measure_digests(request.body), flaw=Flaw.INSPECTION_TOO_SLOW)
    except WorkerDied:
        return Facts(digests=measure_digests(request.body), flaw=Flaw.INSPECTION_CRASHED)
