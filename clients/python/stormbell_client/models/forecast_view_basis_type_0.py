from enum import StrEnum

class ForecastViewBasisType0(StrEnum):
    SIMULATIONS = "simulations"
    STAGES = "stages"

    def __str__(self) -> str:
        return str(self.value)
