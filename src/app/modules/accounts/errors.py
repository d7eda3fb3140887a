"""Problems of this module."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated


class SetupTokenInvalid(Forbidden):
    """The setup link is not valid."""

    code = "setup_token_invalid"


class SetupDone(Conflict):
    """The owner has been created already."""

    code = "setup_done"


class CredentialsInvalid(Unauthenticated):
    """Email or password is wrong."""

    code = "credentials_invalid"


class LoginThrottled(TooManyRequests):
    """Too many login attempts."""

    code = "login_throttled"


class CrossSite(Forbidden):
    """The request comes from another site."""

    code = "csrf"


class PasswordRejected(Invalid):
    """This password cannot be taken."""

    code = "password_rejected"


class EmailTaken(Conflict):
    """Somebody has this email address already."""

    code = "email_taken"


class LastOwner(Conflict):
    """There has to be an owner."""

    code = "last_owner"


class ScopeInvalid(Invalid):
    """A token cannot have this scope."""

    code = "scope_invalid"


class ExpiryInvalid(Invalid):
    """A token cannot have this expiry."""

    code = "expiry_invalid"


class UserNotFound(NotFound):
    """There is no such user."""

    code = "user_not_found"


class SessionNotFound(NotFound):
    """There is no such session."""

    code = "session_not_found"


class TokenNotFound(NotFound):
    """There is no such token."""

    code = "token_not_found"


class NotASession(Conflict):
    """This request was made with a token, not in a session."""

    code = "not_a_session"
