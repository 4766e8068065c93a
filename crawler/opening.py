"""Open a run: see that everything is ready, and begin it or go on with it."""

import os

import msgspec
from scrapy.settings import BaseSettings

from crawler import readiness
from crawler.assembly import Assembly, Hooks
from crawler.canary_list import canary_list
from crawler.deciding_settings import deciding, require_those_of
from crawler.ground import Ground, objects_of
from crawler.launch_spec import LaunchSpec
from crawler.lineup_watch import LineupWatch
from crawler.matchers.remote_matchers import RemoteMatchers
from crawler.model_pool import ready_scoring
from crawler.network_gate import installed_resolver
from crawler.open_run import OpenRun, Workers
from crawler.run_lists import RunLists
from crawler.run_models import cards_of, model_limits
from crawler.run_plan import RunPlan, plan_of
from crawler.user_agent import code_version
from crawler.worker_tasks import ScoreRequest
from filters.domain_blocklist import DomainBlocklist
from filters.lineup import BadSetting, Thresholds, UnknownFilter
from filters.verdict import Outcome, Verdict
from storage.errors import NotReady
from storage.incidents import require_public_key
from storage.operators import login_name
from storage.runs import Run
from storage.sweep import sweep


def open_run(spec: LaunchSpec, settings: BaseSettings, hooks: Hooks) -> OpenRun:
    """Raise `NotReady`, which says what to type next, before anything of the run is written."""
    readiness.require_safe_settings(settings)
    readiness.require_detectors(settings)
    readiness.require_guarded_resolver()
    model_limits(settings)
    ground = Ground.lay(settings)
    workers = Workers.from_settings(settings)
    try:
        return _opened(ground, workers, spec, settings, hooks)
    except BaseException:
        workers.close()
        ground.close()
        raise


def _opened(ground: Ground, workers: Workers, spec: LaunchSpec, settings: BaseSettings, hooks: Hooks) -> OpenRun:
    told = workers.score.ask_each(ScoreRequest())  # models are loaded while all else is opened
    plan = plan_of(spec, ground.db, ground.runs)
    public = readiness.is_public(plan.spec.seeds, readiness.networks_of(settings))
    readiness.require_contact(settings, public=public)
    readiness.require_no_private_key(os.environ)
    require_public_key(settings.get("INCIDENT_PUBLIC_KEY") or None)
    watch = _watch(ground, plan, settings)
    matchers = RemoteMatchers.from_settings(settings)
    if plan.spec.resume is not None:
        require_those_of(ground.runs.show(plan.spec.resume), settings)
    readiness.require_lists(watch.material, public=public, provisional=plan.spec.provisional)
    scoring = ready_scoring(workers.score, told, watch.material.models, batch=settings.getint("MODEL_BATCH"))
    sweep(ground.db, objects_of(settings))
    run = _run(ground, plan, settings, watch)
    _block_addresses(watch)
    assembly = Assembly(
        ground=ground,
        plan=plan,
        settings=settings,
        hooks=hooks,
        watch=watch,
        matchers=matchers,
        run=run,
        public=public,
        workers=workers,
        scoring=scoring,
    )
    return assembly.put_together()


def _watch(ground: Ground, plan: RunPlan, settings: BaseSettings) -> LineupWatch:
    try:
        thresholds = Thresholds.from_settings(settings)
    except BadSetting as error:
        raise NotReady(str(error)) from None
    lists = RunLists(
        db=ground.db,
        networks=tuple(settings.getlist("ALLOW_NETWORKS")),
        provisional=plan.spec.provisional,
        max_age=readiness.max_age_of(settings),
        sealed=bool(settings.get("INCIDENT_PUBLIC_KEY")),
        models=cards_of(settings, thresholds),
        planted=None if plan.spec.canaries is None else canary_list(plan.spec.canaries),
    )
    try:
        return LineupWatch(lists, tuple(settings.getlist("LINEUP")), thresholds, ground.threads)
    except (BadSetting, UnknownFilter) as error:
        raise NotReady(str(error)) from None


def _run(ground: Ground, plan: RunPlan, settings: BaseSettings, watch: LineupWatch) -> Run:
    if plan.spec.resume is not None:
        return ground.runs.reopen(plan.spec.resume)
    asked_for = msgspec.to_builtins(plan.spec)
    return ground.runs.start(
        spider=plan.spec.spider,
        arguments={name: asked_for[name] for name in asked_for if name not in ("settings", "log_file")},
        operator=settings.get("OPERATOR") or login_name(),
        contact=settings.get("CONTACT_URL"),
        legal_basis=settings.get("LEGAL_BASIS") or None,
        settings=deciding(settings),
        revisions={each.name: each.revision for each in watch.lineup.filters},
        code_version=code_version(),
        provisional=plan.spec.provisional,
    )


def _block_addresses(watch: LineupWatch) -> None:
    """Have the resolver ask the lists of the moment, before any connection is made."""

    def blocked(address: str) -> Verdict | None:
        said = (each.judge_resolved(address) for each in watch.lineup.filters if isinstance(each, DomainBlocklist))
        return next((each for each in said if each.outcome is not Outcome.CLEAN), None)

    if (resolver := installed_resolver()) is not None:
        resolver.blocked = blocked
