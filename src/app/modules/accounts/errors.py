"""Problems of this module."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated


class SetupTokenInvalid(Forbidden):
    """The setup link is not valid.

    Use the newest link the server printed; it is also in `setup-link` in the data directory. A restart prints a new
    one.
    """

    code = "setup_token_invalid"


class SetupDone(Conflict):
    """The owner has been created already.

    Log in as the owner.
    """

    code = "setup_done"


class CredentialsInvalid(Unauthenticated):
    """Email or password is wrong.

    Nobody says which of the two it is. Try again; after ten wrong attempts there is a wait.
    """

    code = "credentials_invalid"


class LoginThrottled(TooManyRequests):
    """Too many login attempts.

    Wait for as many seconds as `Retry-After` says. Restarting the server does not shorten it.
    """

    code = "login_throttled"


class CrossSite(Forbidden):
    """The request comes from another site.

    Open Stormbell itself. Behind a proxy, set `server.public_url` to the address people use. Programs use an API token,
    not a session.
    """

    code = "csrf"


class PasswordRejected(Invalid):
    """This password cannot be taken.

    `detail` says why. Choose a longer one that is not among the common ones.
    """

    code = "password_rejected"


class EmailTaken(Conflict):
    """Somebody has this email address already.

    Use another address, or the account that has it.
    """

    code = "email_taken"


class LastOwner(Conflict):
    """There has to be an owner.

    Make somebody else owner first.
    """

    code = "last_owner"


class ScopeInvalid(Invalid):
    """A token cannot have this scope.

    A scope is an operationId of the API or `*`, and not wider than what the token that makes it has.
    """

    code = "scope_invalid"


class ExpiryInvalid(Invalid):
    """A token cannot have this expiry.

    Give a time in the future, not later than the end of the token that makes it.
    """

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
    """This request was made with a token, not in a session.

    To end an API token, revoke it: `stormbell tokens revoke ID`.
    """

    code = "not_a_session"
