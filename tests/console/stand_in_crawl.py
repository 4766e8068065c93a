"""Stand in for `crawler.launch`, so that endings can be had that a real crawl has only by accident.

The first seed names the behaviour. It reads its specification and writes its events as the real one does.
"""

import os
import signal
import sys

from crawler.events import Failed, Finished, Pipe, Progress, Started
from crawler.launch_spec import LaunchSpec

RUN_ID = "01990f2e-7a53-7c1a-9f0e-2b6d5e8c4a10"


def summary(state: str, pages: int = 3) -> dict[str, object]:
    return {
        "run_id": RUN_ID,
        "started_at": "2026-11-23T02:06:00.000000Z",
        "finished_at": "2026-11-23T02:07:10.000000Z",
        "state": state,
        "pages": pages,
        "pages_pending": 0,
        "pages_failed": 0,
        "candidates": 4,
        "stored": 1,
        "refused": {"image.too-small": 2},
        "unsure": {},
        "failed": {"fetch.failed": 1},
        "spider": "pages",
        "arguments": {},
        "operator": "tester",
        "contact": None,
        "legal_basis": None,
        "settings": {},
        "settings_digest": "0" * 64,
        "revisions": {},
        "policy_digest": None,
        "epoch": 1,
        "code_version": "0",
        "provisional": False,
    }


def main() -> None:
    pipe = Pipe(int(sys.argv[sys.argv.index("--events-fd") + 1]))
    with os.fdopen(int(sys.argv[sys.argv.index("--spec-fd") + 1]), "rb") as stream:
        spec = LaunchSpec.from_json(stream.read())
    behaviour = spec.seeds[0] if spec.seeds else "finish"
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    if behaviour == "not-ready":
        pipe.tell(Failed(exit=3, message="no list of known material: altsieve hashlist import FILE --name LIST"))
        sys.exit(3)
    if behaviour == "die-before-the-start":
        sys.stderr.write("Traceback of a defect\n")
        sys.exit(1)
    pipe.tell(Started(run_id=RUN_ID))
    pipe.tell(Progress(pages=3, pages_pending=0, candidates=4, stored=1, refused={"image.too-small": 2}))
    sys.stdout.write("chatter that belongs into the log\n")
    sys.stdout.flush()
    if behaviour == "be-killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "break-off":
        pipe.tell(Failed(exit=4, message="the database cannot be written to"))
        sys.exit(4)
    if behaviour in ("until-stopped", "deaf"):
        wait_for_ever(pipe, deaf=behaviour == "deaf")
        return
    pages = 0 if behaviour == "nothing" else 3
    unjudged = {"unsure": {"filter.crashed": 2, "hash.low-quality": 1}} if behaviour == "judge-nothing" else {}
    pipe.tell(Finished(run_id=RUN_ID, state="finished", summary=summary("finished", pages) | unjudged))


def wait_for_ever(pipe: Pipe, *, deaf: bool) -> None:
    while True:
        signal.sigwait([signal.SIGINT])
        pipe.tell(Progress(pages=3, pages_pending=0, candidates=4, stored=1))
        if not deaf:
            pipe.tell(Finished(run_id=RUN_ID, state="stopped", summary=summary("stopped")))
            return


if __name__ == "__main__":
    main()
