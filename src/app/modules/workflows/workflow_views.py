"""Workflows as people see them, those that do not load among them."""

from app.modules.workflows.definitions import Catalogue, Definition
from app.modules.workflows.schemas import DefinitionProblem, StageView, WorkflowView


def list_workflows(catalogue: Catalogue) -> list[WorkflowView]:
    """Return every workflow in use, and every definition that does not load."""
    found = [_view(d) for d in catalogue.current.values()]
    for problem in catalogue.broken.values():
        error = DefinitionProblem(file=problem.file, line=problem.line, message=problem.message)
        before = next((w for w in found if w.path == str(problem.origin)), None)
        if before is not None:
            before.state, before.error = "broken", error
            continue
        found.append(
            WorkflowView(
                name=problem.origin.stem,
                title=problem.origin.stem,
                version=None,
                state="broken",
                error=error,
                stages=[],
                triggers=[],
                path=str(problem.origin),
            )
        )
    return found


def _view(definition: Definition) -> WorkflowView:
    spec = definition.spec
    return WorkflowView(
        name=spec.name,
        title=spec.title,
        version=definition.version,
        state="loaded",
        stages=[
            StageView(name=s.name, sends=list(s.sends), message_schema=s.message.model_json_schema())
            for s in spec.stages.values()
        ],
        triggers=sorted({t.source for t in spec.triggers}),
        path=str(definition.origin),
        urgency=spec.urgency,
        duration_seconds=spec.duration_seconds,
        parameters_schema=spec.parameters.model_json_schema() if spec.parameters is not None else None,
        manual_data=spec.manual_data,
        shutdown=spec.shutdown,
        test=spec.test,
    )
