"""Problems of this module."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, TooManyRequests, Unauthenticated


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

    To end an API token, revoke it: `stormbell tokens revoke NAME`.
    """

    code = "not_a_session"


class RoleTooHigh(Forbidden):
    """This is for somebody of a higher role.

    Nobody changes a person of a higher role than their own, or gives a role above it. Ask an owner.
    """

    code = "role_too_high"


class NotWaiting(Conflict):
    """This account does not wait for approval.

    `stormbell users list --state waiting` shows those that do.
    """

    code = "not_waiting"


class AddressUnproven(Conflict):
    """Nobody has shown that they read this address.

    Whoever signed up was sent a link that shows it. Wait until they have opened it, or let them in all the same:
    `stormbell users approve --force`, once you know by a way of your own who they are.
    """

    code = "address_unproven"


class OwnsThings(Conflict):
    """This account owns things.

    `errors` says how many of each. Name an heir, who gets them: `stormbell users delete ID --heir ID`, or
    `stormbell profile delete --heir EMAIL` for your own account.
    """

    code = "account_owns_things"


class HeirInvalid(Invalid):
    """This person cannot inherit.

    The heir is another person with an account that can log in.
    """

    code = "heir_invalid"


class InvitationNotFound(NotFound):
    """There is no such invitation.

    A code works with the address it was made for only.
    """

    code = "invitation_not_found"


class InvitationGone(Problem):
    """This invitation cannot be used any more.

    An invitation makes one account, within a day. Ask an administrator for a new one.
    """

    status = 410
    code = "invitation_gone"


class MailedJustNow(TooManyRequests):
    """This was mailed a moment ago.

    Wait a minute before you send it again; it may be in a folder for spam.
    """

    code = "mailed_just_now"


class SignUpOff(Forbidden):
    """Nobody can sign up here by themselves.

    Ask an administrator for an invitation. An administrator switches it on with `accounts.sign_up`.
    """

    code = "sign_up_off"


class SignUpsFull(TooManyRequests):
    """Too many people wait for an account.

    An administrator approves or deletes those who wait: `stormbell users list --state waiting`.
    """

    code = "sign_ups_full"


class PasswordWrong(Forbidden):
    """This is not your password.

    Who changes a way in has to prove again who they are. Where you may leave it out, a login just before is as good.
    """

    code = "password_wrong"


class WorkflowNotAllowed(Forbidden):
    """You may not start this workflow.

    `stormbell profile show` lists those you may start. An administrator changes it: `stormbell users allow`.
    """

    code = "workflow_not_allowed"


class ExportNotFound(NotFound):
    """There is no such archive.

    An archive is removed when its time is over or a newer one is made. `stormbell profile export` makes another.
    """

    code = "export_not_found"


class ExportNotReady(Conflict):
    """This archive cannot be fetched.

    `detail` says why: it is still being made, or could not be.
    """

    code = "export_not_ready"


class AllocationNotFound(NotFound):
    """There is no such allocation."""

    code = "allocation_not_found"


class AllocationInUse(Conflict):
    """Something is under way on this allocation.

    Change its amount or its end; what is under way keeps what it reserved.
    """

    code = "allocation_in_use"


class AllocationExhausted(Conflict):
    """There is not enough left.

    `detail` says how much is needed, how much is left, or that the allocation ended, was revoked or begins later, and
    whom to ask. `stormbell allocations list` shows all of it.
    """

    code = "allocation_exhausted"


class CsvUnreadable(Invalid):
    """This is no file of users.

    `detail` says which line. `stormbell users export FILE` writes one to compare with.
    """

    code = "csv_unreadable"
