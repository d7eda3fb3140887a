"""Contracts of the house that import-linter does not bring: front doors, who speaks HTTP, drivers by name.

``[tool.importlinter]`` in pyproject.toml uses them; ``lint-imports`` runs them.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class _Sentences(Contract):
    """A contract that is broken by a list of sentences."""

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each."""
        for line in check.metadata["broken"]:
            output.print_error(f"- {line}", bold=False)

    def _checked(self, broken: list[str]) -> ContractCheck:
        return ContractCheck(kept=not broken, metadata={"broken": broken})


class FrontDoor(_Sentences):
    """Nothing outside ``<container>.<room>`` imports anything inside it; its package is the front door."""

    type_name = "front_door"
    container = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports that go past a front door."""
        broken: list[str] = []
        for room in sorted(graph.find_children(str(self.container))):
            for inner in sorted(graph.find_descendants(room)):
                broken += [
                    f"{importer} imports {inner}; import from {room}"
                    for importer in sorted(graph.find_modules_that_directly_import(inner))
                    if importer != room and not importer.startswith(f"{room}.")
                ]
        return self._checked(broken)


class RoutesSpeakHttp(_Sentences):
    """In a room only ``routes`` and ``…_routes`` import the web framework; elsewhere only who is named in ``also``."""

    type_name = "routes_speak_http"
    container = fields.StringField()
    framework = fields.ListField(subfield=fields.StringField())
    also = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports of the framework by others; and names in ``also`` that no longer need to be there."""
        also: set[str] = set(self.also)  # type: ignore[call-overload]  # import-linter's fields become plain lists
        broken, needed = [], set()
        for package in self.framework:  # type: ignore[attr-defined]  # as above
            for importer in sorted(graph.find_modules_that_directly_import(package)):
                if not importer.startswith(f"{self.container}."):
                    continue
                needed.add(importer)
                inside = importer.removeprefix(f"{self.container}.").split(".")
                speaks = any(part == "routes" or part.endswith("_routes") for part in inside)
                if not speaks and importer not in also:
                    broken.append(f"{importer} imports {package}; only routes speak HTTP")
        broken += [f"{name} is excepted and needs no exception" for name in sorted(also - needed)]
        return self._checked(broken)


class DriversByName(_Sentences):
    """A driver is imported by nobody: it is loaded by the name of its file, and drivers do not know each other.

    Files that begin with an underscore are no drivers; the room they are in may use them.
    """

    type_name = "drivers_by_name"
    folders = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports of drivers, and of what they share from elsewhere."""
        broken: list[str] = []
        for folder in self.folders:  # type: ignore[attr-defined]  # as above
            room = f"{folder.rpartition('.')[0]}."
            for driver in sorted(graph.find_children(folder)):
                private = driver.rpartition(".")[2].startswith("_")
                broken += [
                    f"{importer} imports {driver}; drivers are loaded by name"
                    for importer in sorted(graph.find_modules_that_directly_import(driver))
                    if not (private and importer.startswith(room))
                ]
        return self._checked(broken)
