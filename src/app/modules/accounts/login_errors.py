"""Problems of logins that take more than a password."""

from typing import Self

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unauthenticated


class OfSomebody:
    """A refusal that says in the audit and the history whose login it was; who is refused is not told."""

    user_id: str | None = None

    def of(self, user_id: str) -> Self:
        """Return it as one of this user's."""
        self.user_id = user_id
        return self


class LoginMethodUnknown(NotFound):
    """There is no such way to log in.

    `GET /api/v1/login-methods` lists those there are. The settings `accounts.login_methods` and `accounts.oidc` say
    which are on.
    """

    code = "login_method_unknown"


class LoginEnded(Problem):
    """This login is over.

    It was finished, took longer than ten minutes, or was begun in another browser. Begin again.
    """

    status = 410
    code = "login_ended"


class ProviderRefused(Unauthenticated):
    """The login provider's answer cannot be accepted.

    `detail` names the check that failed. Begin again; if it stays, the provider or its settings
    (`accounts.oidc`) are wrong, or somebody tampered with the answer.
    """

    code = "provider_refused"


class IdentityUnknown(OfSomebody, Forbidden):
    """The login provider knows you, and nobody here does.

    Log in another way and link the provider under your profile, or ask an administrator for an account.
    """

    code = "identity_unknown"


class AccountDisabled(OfSomebody, Forbidden):
    """This account is disabled.

    An administrator can enable it.
    """

    code = "account_disabled"


class IdentityTaken(Conflict):
    """Somebody has linked this already.

    An account at a provider, and a passkey, belong to one user. Unlink it there first.
    """

    code = "identity_taken"


class IdentityNotFound(NotFound):
    """You have no such way to log in."""

    code = "identity_not_found"


class LastIdentity(Conflict):
    """It is your only way to log in.

    Add another, or set a password, before you remove it.
    """

    code = "last_identity"


class TooManyPasskeys(Conflict):
    """You have as many passkeys as one user can have.

    Remove one that you no longer use.
    """

    code = "too_many_passkeys"


class PasskeyRefused(OfSomebody, Unauthenticated):
    """This passkey is not accepted.

    `detail` says why. Begin again, or log in another way.
    """

    code = "passkey_refused"


class NeedsSession(Forbidden):
    """An API token cannot do this.

    Log in with a browser: what is made here would outlive the token.
    """

    code = "needs_session"


class ProofNeeded(Forbidden):
    """Show again who you are.

    Ways into an account are added and removed, and the account is moved to another address or deleted, only by who has
    logged in, or given the password, in the last minutes: a browser somebody left open is not enough. Log in again, by
    whatever method, or send your password to `POST /api/v1/sessions/current/proof`; then repeat the request.
    """

    code = "proof_needed"


class WaysInRemain(Conflict):
    """There are other ways into this account than its password.

    `errors` names them. Say with `other_ways` whether they stay (`keep`) or go (`remove`); remove them if anybody else
    may have added one. Nothing was changed, and a code still works.
    """

    code = "ways_in_remain"


class NextInvalid(Invalid):
    """The page to go to after login is not one of ours.

    Give a path that begins with a single slash, such as `/incidents`.
    """

    code = "next_invalid"


class CodeInvalid(Problem):
    """This code does not work, or no longer.

    It works once, for an hour, for the address it was sent to. Ask for a new one.
    """

    status = 410
    code = "code_invalid"
