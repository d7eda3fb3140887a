"""Mail: a job whose payload only the vault can read, printed on the server's console or handed to a mail server.

Written against RFC 5321 (SMTP) and RFC 3834 (mail sent by programs). A mail may arrive twice, when a mail server takes
it and does not say so; it is never lost.
"""

import asyncio
import base64
import smtplib
import ssl
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

import structlog
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.console import clean
from app.kernel.ids import new_id
from app.kernel.node import Node
from app.modules import jobs
from app.modules.accounts.credentials import digest
from app.modules.accounts.login_models import EmailCode
from app.modules.accounts.login_settings import MailSettings
from app.modules.accounts.settings import AccountsSettings
from app.modules.accounts.verification import CodePurpose, make_code

log = structlog.get_logger(__name__)

KIND = "accounts.mail"
_SUBJECTS = {"verify": "Is this your address?", "sign_up": "Is this your address?", "reset": "A new password"}
_TEXTS = {
    "verify": """Hello {name},

somebody, probably you, gave this address at {origin}.
To show that you read it, open this page within the hour:

  {link}

If it was not you, do nothing.
""",
    "sign_up": """Hello {name},

somebody, probably you, asked for an account at {origin}
with this address, that name and a password of theirs.
If it was you, open this page within the hour to show that you read this:

  {link}

If it was not you, do not open it: they would be let in with your address.
Of several such mails only the newest works.
""",
    "reset": """Hello {name},

somebody, probably you, forgot the password for {origin}.
To choose a new one, open this page within the hour:

  {link}

or give the code {code} to `stormbell password redeem`.
If it was not you, do nothing: your password stays as it is.
""",
}


class Mail(BaseModel):
    """A mail as it is sent."""

    sort: Literal["mail"] = "mail"
    to: str
    subject: str
    text: str


class CodeMail(BaseModel):
    """A mail with a code, which is made when the mail is: no code waits in a queue. Nobody may have the address.

    ``sign_up_id`` is the id a sign-up gave to who waits: the code is for that one only.
    """

    sort: Literal["code"] = "code"
    to: str
    purpose: CodePurpose
    origin: str
    sign_up_id: str | None = None


class SealedMail(BaseModel):
    """What the queue holds: whom and what it is about is sealed too."""

    mail_id: str
    sealed: str


class _Opened(BaseModel):
    content: Mail | CodeMail


class MailNotSent(Exception):
    """The mail server did not take it; the message names nobody."""


async def send(node: Node, session: AsyncSession, mail: Mail | CodeMail) -> str:
    """Queue a mail in the session's transaction; return the job's id."""
    mail_id = new_id("mail")
    content = _Opened(content=mail).model_dump_json().encode()
    sealed = node.vault.seal(content, table="jobs", row_id=mail_id, field="payload")
    payload = SealedMail(mail_id=mail_id, sealed=base64.b64encode(sealed).decode())
    return await jobs.enqueue(session, KIND, payload)


@jobs.kind(KIND, max_attempts=8, timeout_seconds=90.0, retry_seconds=5.0, longest_retry_seconds=900.0)
async def send_mail(attempt: jobs.Attempt, payload: SealedMail) -> None:
    """Send one mail."""
    node = attempt.node
    sealed = base64.b64decode(payload.sealed)
    opened = node.vault.open(sealed, table="jobs", row_id=payload.mail_id, field="payload")
    content = _Opened.model_validate_json(opened).content
    mail, code = await _written(node, content) if isinstance(content, CodeMail) else (content, None)
    if mail is None:
        return
    settings = node.settings.of(AccountsSettings).mail
    if settings.backend == "console":
        _print(mail)
        return
    try:
        await asyncio.to_thread(_hand_over, settings, mail)
    except MailNotSent:
        if code is not None:  # nobody has it, and each counts among those that work at one time
            async with node.database.transaction() as session:
                await session.execute(delete(EmailCode).where(EmailCode.sha256 == digest(code)))
        raise


async def _written(node: Node, wanted: CodeMail) -> tuple[Mail | None, str | None]:
    lifetime = node.settings.of(AccountsSettings).code_seconds
    async with node.database.transaction() as session:
        made = await make_code(session, wanted.to, wanted.purpose, lifetime, sign_up_id=wanted.sign_up_id)
    if made is None:
        log.info("no mail for an address nobody can use so", purpose=wanted.purpose)
        return None, None
    name, code = made
    # Behind the #, so the code is in no server's log and in no Referer.
    link = f"{wanted.origin}/{wanted.purpose}#code={code}"
    sort = "sign_up" if wanted.sign_up_id is not None else wanted.purpose
    text = _TEXTS[sort].format(name=name, origin=wanted.origin, link=link, code=code)
    return Mail(to=wanted.to, subject=_SUBJECTS[sort], text=text), code


def _print(mail: Mail) -> None:
    # On the console and nowhere else: what goes through the log is kept, searched and shipped.
    lines = [f"To: {mail.to}", f"Subject: {mail.subject}", "", *mail.text.splitlines()]
    shown = "".join(f"  | {clean(line)}\n" for line in lines)
    sys.stderr.write(f"\n  Mail (set accounts.mail.backend to smtp to send it):\n{shown}\n")
    sys.stderr.flush()


def _hand_over(settings: MailSettings, mail: Mail) -> None:
    """Give a mail to the mail server. Raises MailNotSent to try again, jobs.Discard when that would not help."""
    message = EmailMessage()
    message["From"] = settings.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=settings.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    try:
        with _connected(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, _)] = error.recipients.values()
        if code >= 500:
            raise jobs.Discard(f"The mail server refuses the address for good ({code})") from None
        raise MailNotSent(f"The mail server refuses the address for now ({code})") from None
    except smtplib.SMTPResponseException as error:
        raise MailNotSent(f"The mail server answered {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotSent(f"The mail server {settings.host}:{settings.port} failed: {type(error).__name__}") from None


def _connected(settings: MailSettings) -> smtplib.SMTP:
    where = (settings.host, settings.port)
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            *where, timeout=settings.timeout_seconds, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(*where, timeout=settings.timeout_seconds)
    try:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.username is not None:
            server.login(settings.username, settings.password.get_secret_value() if settings.password else "")
    except BaseException:
        server.close()
        raise
    return server
