"""``POST /jobs`` and ``GET /job-kinds``."""

from fastapi import Request, Response
from starlette.types import Scope

from app.kernel import idempotency
from app.kernel.hot_routes import HotRoute, Take
from app.kernel.principal import actor_of
from app.kernel.web import api_router
from app.modules.jobs import kind_listing, repeated_submissions, submissions
from app.modules.jobs.kind_listing import JobKindList
from app.modules.jobs.submissions import JobReceipt, JobSubmit

router = api_router("jobs")


class SubmitRoute(HotRoute):
    """A hot route whose caller, once known, may post one job after the other."""

    varying = frozenset({repeated_submissions.KEY})

    def taker(self, scope: Scope) -> Take | None:
        """Return what takes more jobs of this caller."""
        return repeated_submissions.taker(scope["app"].state.node, scope)


hot_router = api_router("jobs", route_class=SubmitRoute)


@hot_router.post("/jobs", operation_id="job_submit", status_code=202, response_model=JobReceipt)
async def submit_job(request: Request, body: JobSubmit) -> Response:
    """Submit a job of a kind that is submittable. Answered once it is committed.

    With an `Idempotency-Key` the same request makes one job for ever, and is answered with it each time.
    """
    node, user_id = request.app.state.node, actor_of(request).user_id
    key = request.headers.get("Idempotency-Key")
    if key is not None:
        idempotency.check_key(key)
        if body.unique_key is not None:  # the answer may be another's job, so the key cannot be made its id
            async with node.database.sessions() as session:

                async def once(_request: Request) -> Response:
                    return _answer(await submissions.submit_in(session, user_id, body))

                return await idempotency.once(session, key, request, once)
    return _answer(await submissions.submit(node, user_id, body, key))


@router.get("/job-kinds", operation_id="job_kind_list")
async def list_kinds() -> JobKindList:
    """List the kinds of jobs this node knows, with the JSON Schemas of what they take and give."""
    return kind_listing.list_kinds()


def _answer(receipt: JobReceipt) -> Response:
    headers = {"Location": f"/api/v1/jobs/{receipt.id}"}
    return Response(receipt.model_dump_json(), 202, headers, "application/json")
