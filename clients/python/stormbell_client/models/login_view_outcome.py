from enum import StrEnum

class LoginViewOutcome(StrEnum):
    FAILED = "failed"
    REFUSED = "refused"
    SUCCEEDED = "succeeded"
    THROTTLED = "throttled"

    def __str__(self) -> str:
        return str(self.value)
