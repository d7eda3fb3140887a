"""Problems of credentials. None says a secret, nor a part of one."""

from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem


class CredentialNotFound(NotFound):
    """There is no such credential.

    `stormbell credentials list` shows those you may use. Somebody else's is found once it is shared with you.
    """

    code = "credential_not_found"


class CredentialNameTaken(Conflict):
    """You have a credential of this name already.

    Choose another name, or replace the secret of the one there is: `stormbell credentials replace NAME`.
    """

    code = "credential_name_taken"


class CredentialSettingsInvalid(Invalid):
    """This is not what a credential of this kind is made from.

    `errors` names each member that is wrong; `stormbell drivers show credentials.kind NAME` lists those there are.
    """

    code = "credential_settings_invalid"


class CredentialInUse(Conflict):
    """Something still logs in with this credential.

    `detail` names what. Give that another credential first, or remove it.
    """

    code = "credential_in_use"


class CredentialNotYours(Forbidden):
    """This credential is shared with you for use, not for change.

    Ask its owner, or an administrator.
    """

    code = "credential_not_yours"


class CredentialExpired(Conflict):
    """This credential has expired.

    Replace its secret: `stormbell credentials replace NAME`.
    """

    code = "credential_expired"


class ReauthRequired(Conflict):
    """Somebody has to log in at the service, for the first time or again.

    Connect it on its page, or with `stormbell credentials connect NAME`. With a grant you have from elsewhere:
    `stormbell credentials replace NAME`.
    """

    code = "reauth_required"


class ConsentEnded(Problem):
    """This consent is over.

    It was answered, took longer than ten minutes, was begun in another browser, or the credential has changed since.
    Connect the credential again.
    """

    status = 410
    code = "consent_ended"


class ConsentRefused(Conflict):
    """The service's answer cannot be taken for its consent.

    `detail` says what it said, or which check failed. Connect the credential again; if it stays, compare the client id,
    the client secret and the redirect address with what the service knows. What was kept before is kept still.
    """

    code = "consent_refused"


class ConsentImpossible(Conflict):
    """Nobody can be asked for a consent here.

    `detail` says why. A credential is connected on its page, or with `stormbell credentials connect NAME`.
    """

    code = "consent_impossible"


class CredentialKindWrong(Conflict):
    """A credential of this kind cannot do this.

    `detail` says which kind can.
    """

    code = "credential_kind_wrong"


class CredentialUntestable(Conflict):
    """Nothing here knows how to try this credential yet.

    A machine, a storage or a source that uses it tries it. Name it there first.
    """

    code = "credential_untestable"


class CertificateInvalid(Invalid):
    """No certificate can be made from this.

    `detail` says what is wrong. Give an OpenSSH public key, user names, and a time the authority allows.
    """

    code = "certificate_invalid"


class RotationUnderWay(Conflict):
    """The vault's key is being rotated already.

    `stormbell keys list` shows how far it is.
    """

    code = "rotation_under_way"
