"""Why a document that was fetched or dropped, or a form that was sent, cannot be read."""

from app.modules.ingest.errors import Unreadable


class NotCsv(Unreadable):
    """The document cannot be read as CSV.

    The setting `delimiter` has to be the document's, and its first line has to name the columns unless `columns` does.
    """

    code = "feed_csv_unreadable"


class NotFeed(Unreadable):
    """The document is neither RSS nor Atom.

    Fetch the address with `curl`: it may be a web page about the feed and not the feed.
    """

    code = "feed_unreadable"


class FormUnreadable(Unreadable):
    """The form cannot be taken.

    Of a form the files are taken, each as a delivery: `curl -F file=@levels.csv`. Anything else is sent without a form:
    `curl --data-binary @levels.csv -H 'Content-Type: text/csv'`.
    """

    code = "form_unreadable"
