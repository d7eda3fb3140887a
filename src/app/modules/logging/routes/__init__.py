"""HTTP: what every user may ask (``router``) and what supervisors and scrapers ask (``system_router``)."""

from app.kernel.principal import Role
from app.modules.logging.routes.meter import RequestMeter
from app.modules.logging.routes.operations import router
from app.modules.logging.routes.probes import system_router
from app.modules.logging.routes.problem_page import page_router

__all__ = ["PERMISSIONS", "RequestMeter", "router", "system_router"]

system_router.include_router(page_router)

PERMISSIONS = {
    "event_list": Role.VIEWER,
    "log_list": Role.VIEWER,
    "log_node_list": Role.VIEWER,
    "health_get": Role.VIEWER,
    "version_get": Role.VIEWER,
    "contract_get": Role.VIEWER,
    "driver_list": Role.VIEWER,
    "alarm_list": Role.VIEWER,
    "alarm_acknowledge": Role.OPERATOR,
    "alarm_take_back": Role.OPERATOR,
    "alarm_shelve": Role.OPERATOR,
    "alarm_unshelve": Role.OPERATOR,
}
