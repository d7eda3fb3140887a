"""``POST /run-callbacks``: runs say that they began or ended."""

from fastapi import Request, Response

from app.kernel.principal import Role
from app.kernel.web import api_router, own_record, secret
from app.modules.simulation.run_callbacks import RunCallback, take

router = api_router("simulations")

PERMISSIONS = {"run_callback_take": Role.PUBLIC}  # a run's own signature decides


@router.post("/run-callbacks", operation_id="run_callback_take", status_code=202, response_class=Response)
@secret
@own_record
async def take_run_callback(request: Request, said: RunCallback) -> Response:
    """Take the word of a run that it began or ended, signed with its own key, as a hint to ask its machine."""
    await take(request.app.state.node, said)
    return Response(status_code=202)
