from enum import StrEnum

class SoftwareFoundBy(StrEnum):
    COMMAND = "command"
    DECLARED = "declared"
    MODULES = "modules"
    RECIPE = "recipe"

    def __str__(self) -> str:
        return str(self.value)
