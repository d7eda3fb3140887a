"""``stormbell transfers``."""

import sys
import time
from functools import cache
from typing import Annotated, Any

import typer

from app.cli import remote, show
from app.cli.app import All, DryRun, Json, Limit, Timeout, Yes, noun
from app.cli.asking import allowed
from app.cli.datasets import id_of
from app.cli.problems import FAILED, TIMED_OUT, CommandFailed
from app.cli.units import duration, size

transfers = noun("transfers", "Bytes on their way between storages.")

ENDED = frozenset({"complete", "failed", "cancelled"})
_EVERY_SECONDS = 0.5

Transfer = Annotated[str, typer.Argument(metavar="TRANSFER", help="Its id")]
Wait = Annotated[bool, typer.Option("--wait", "-w", help="Show how far it is until it is over")]
Rate = Annotated[int | None, typer.Option(min=1024, help="Send no more bytes a second")]


@transfers.command("list")
def list_transfers(
    state: Annotated[list[str], typer.Option(help="Only in this state; may be repeated")] = [],  # noqa: B006
    dataset: Annotated[
        str | None, typer.Option("--dataset", metavar="DATASET", help="Only of this one: name or id")
    ] = None,
    storage: Annotated[str | None, typer.Option("--storage", metavar="STORAGE", help="Only from or to it")] = None,
    limit: Limit = 50,
    all_: All = False,
    json_: Json = False,
) -> None:
    """List transfers, newest first, with how far they are.

    Example: stormbell transfers list --state running
    """
    from stormbell_client.api.data import transfer_list
    from stormbell_client.models.transfer_list_state_item import TransferListStateItem

    page = remote.pages(
        transfer_list.sync_detailed,
        limit,
        all_,
        client=remote.client(),
        state=remote.one_of(TransferListStateItem, state, "--state"),
        dataset_id=dataset and id_of(dataset),
        storage_id=None if storage is None else storage_id(storage),
    )
    show.rows(
        page,
        json_,
        ("id", "kind", "state", "data set", "done", "of", "a second", "left", "made", "waits for", "error"),
        lambda t: (
            *(t.id, t.kind.value, t.state.value, t.dataset_id or _path(t.source), size(t.bytes_done)),
            *(size(t.bytes_total), size(_whole(t.rate)), duration(t.eta_seconds), t.created_at, t.waiting_on, t.error),
        ),
        "No transfers.",
    )


@transfers.command("show")
def show_transfer(transfer: Transfer, json_: Json = False) -> None:
    """Show one transfer.

    Example: stormbell transfers show xfr_01M8249P1J2K2MY2YJZM39H044
    """
    _one(_get(transfer), json_)


@transfers.command("watch")
def watch_transfer(transfer: Transfer, timeout: Timeout = None, json_: Json = False) -> None:
    """Show how far a transfer is until it is over; fails when it does.

    Example: stormbell transfers watch xfr_01M8249P1J2K2MY2YJZM39H044
    """
    _until_ended([transfer], timeout, json_)


@transfers.command("cancel")
def cancel_transfer(transfer: Transfer, dry_run: DryRun = False, yes: Yes = False, json_: Json = False) -> None:
    """Stop a transfer; what has arrived of it is taken away.

    Example: stormbell transfers cancel xfr_01M8249P1J2K2MY2YJZM39H044 --dry-run
    """
    from stormbell_client.api.data import transfer_cancel

    found = _get(transfer)
    if dry_run:  # refused for the same reasons as the real one
        remote.ask(transfer_cancel.sync_detailed, transfer, client=remote.client(), dry_run=True)
    what = f"cancel transfer {transfer} ({found.view.kind.value}, {found.view.state.value})"
    if allowed(what, found.document, yes=yes, dry_run=dry_run, json_=json_):
        done = remote.ask(transfer_cancel.sync_detailed, transfer, client=remote.client())
        show.done("Cancelled.", done.document, json_)


@transfers.command("retry")
def retry_transfer(transfer: Transfer, json_: Json = False) -> None:
    """Begin a transfer again that failed or was cancelled.

    Example: stormbell transfers retry xfr_01M8249P1J2K2MY2YJZM39H044
    """
    from stormbell_client.api.data import transfer_retry

    done = remote.ask(transfer_retry.sync_detailed, transfer, client=remote.client())
    show.done("Begun again.", done.document, json_)


@transfers.command("predict")
def predict_transfer(
    source: Annotated[str, typer.Argument(metavar="FROM", help="Name or id of a storage")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Name or id of a storage")],
    bytes_: Annotated[int, typer.Argument(metavar="BYTES", min=0, help="How many")],
    json_: Json = False,
) -> None:
    """Say how long a transfer would take, from those that went the same way.

    Example: stormbell transfers predict local archive 5000000000
    """
    from stormbell_client.api.data import transfer_predict

    found = remote.ask(
        transfer_predict.sync_detailed,
        client=remote.client(),
        source_storage_id=storage_id(source),
        target_storage_id=storage_id(target),
        bytes_=bytes_,
    )
    p = found.view
    text = f"{duration(p.seconds)}, {duration(p.low_seconds)} to {duration(p.high_seconds)}"
    show.done(f"{text}, at {size(_whole(p.bytes_per_second))}/s (of {p.sample_count})", found.document, json_)


@transfers.command("copy")
def copy_paths(
    source: Annotated[str, typer.Argument(metavar="STORAGE:PATH", help="Where from")],
    target: Annotated[str, typer.Argument(metavar="STORAGE:PATH", help="Where to")],
    folder: Annotated[bool, typer.Option("--folder", help="Everything below the path")] = False,
    move: Annotated[bool, typer.Option("--move", help="Take it away there once it is here and compared")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there")] = False,
    rate: Rate = None,
    rclone: Annotated[bool, typer.Option("--rclone", help="By the program rclone, for much at once")] = False,
    dry_run: DryRun = False,
    wait: Wait = False,
    json_: Json = False,
) -> None:
    """Copy or move files between storages you may act on.

    Example: stormbell transfers copy local:runs/42 archive:runs/42 --folder --wait
    """
    wanted = {
        "kind": "move" if move else "copy",
        "source": _place(source),
        "targets": [_place(target)],
        "folder": folder,
        "engine": "rclone" if rclone else None,
        "overwrite": overwrite,
        "bytes_per_second": rate,
        "dry_run": dry_run,
    }
    _create(wanted, wait, json_)


def storage_id(storage: str) -> str:
    """Return the id of a storage given by name or id. Raises CommandFailed when none has the name."""
    from stormbell_client.api.data import storage_list

    return remote.id_of(storage_list.sync_detailed, "storage", "sto_", storage)


def _create(wanted: dict[str, Any], wait: bool, json_: bool) -> None:
    from stormbell_client.api.data import transfer_create
    from stormbell_client.models.transfer_create import TransferCreate

    body = TransferCreate.from_dict({name: value for name, value in wanted.items() if value is not None})
    made(remote.ask(transfer_create.sync_detailed, client=remote.client(), body=body), wait, json_)


def made(answer: remote.Answer[Any], wait: bool, json_: bool) -> None:
    """Print the transfers that were begun, or would be; wait until they are over if that is wanted."""
    ids = [one["id"] for one in answer.document["items"]]
    if wait and not answer.view.dry_run:
        _until_ended(ids, None, json_)
        return
    if answer.view.dry_run:
        text = "; ".join(
            f"Would {one.kind.value} {size(one.bytes_total) or 'what is there'} to {_path(one.target)}"
            + (f" in about {duration(one.predicted_seconds)}" if one.predicted_seconds else "")
            for one in answer.view.items
        )
        show.done(text, answer.document, json_)
        return
    show.done("\n".join(f"Begun; how it goes: stormbell transfers watch {one}" for one in ids), answer.document, json_)


def _until_ended(ids: list[str], timeout: float | None, json_: bool) -> None:
    """Show transfers on one line of stderr until all are over. Raises CommandFailed when one fails."""
    last = time.monotonic() + timeout if timeout is not None else None
    live = sys.stderr.isatty()
    while True:
        answers = [_get(one) for one in ids]
        views = [answer.view for answer in answers]
        if live:
            sys.stderr.write("\r\x1b[K" + " | ".join(_line(view) for view in views))
            sys.stderr.flush()
        if all(view.state.value in ENDED for view in views):
            break
        if last is not None and time.monotonic() > last:
            raise CommandFailed(f"{ids[0]} is not over after {timeout:g} s", TIMED_OUT)
        time.sleep(_EVERY_SECONDS)
    if live:
        sys.stderr.write("\n")
    bad = [view for view in views if view.state.value != "complete"]
    document = {"items": [answer.document for answer in answers]} if len(answers) > 1 else answers[0].document
    if not bad:
        text = "\n".join(
            f"{v.id}: complete, {size(v.bytes_done)}, {_path(v.target) or 'all copies whole'}" for v in views
        )
        show.done(text, document, json_)
        return
    if json_:
        show.document(document)
    raise CommandFailed("; ".join(f"{v.id} {v.state.value}: {v.error or 'somebody stopped it'}" for v in bad), FAILED)


def _line(view: Any) -> str:
    if view.state.value in ENDED or not view.bytes_total:
        return str(view.state.value)
    share = f"{100 * view.bytes_done / view.bytes_total:.0f} %"
    if view.waiting_on:
        return f"{share}, waits: {view.waiting_on}"
    return f"{share} of {size(view.bytes_total)}, {size(_whole(view.rate))}/s, {duration(view.eta_seconds)} left"


def _get(transfer: str) -> remote.Answer[Any]:
    from stormbell_client.api.data import transfer_get

    return remote.ask(transfer_get.sync_detailed, transfer, client=remote.client())


def _one(answer: remote.Answer[Any], json_: bool) -> None:
    t = answer.view
    show.one(
        answer,
        json_,
        [
            *(("id", t.id), ("kind", t.kind.value), ("state", t.state.value), ("waits for", t.waiting_on)),
            *(("data set", t.dataset_id), ("makes", t.made_dataset_id), ("from", _path(t.source))),
            *(("to", _path(t.target)), ("how", t.engine), ("done", size(t.bytes_done)), ("of", size(t.bytes_total))),
            *(("files", t.files_done or None), ("sent again", size(t.bytes_again) if t.bytes_again else None)),
            *(("a second", size(_whole(t.rate))), ("left", duration(t.eta_seconds))),
            *(("predicted", duration(t.predicted_seconds)), ("sha256", t.sha256), ("made", t.created_at)),
            *(("began", t.started_at), ("over", t.ended_at), ("attempts", t.attempts), ("error", t.error)),
        ],
    )


def _place(text: str) -> dict[str, str]:
    storage, colon, path = text.partition(":")
    if not colon or not path:
        raise typer.BadParameter(f"{text!r}: write STORAGE:PATH, such as local:runs/42")
    return {"storage_id": storage_id(storage), "path": path}


def _path(place: Any) -> str | None:
    if place is None:
        return None
    return f"{_storage_names().get(place.storage_id, place.storage_id)}:{place.path}"


@cache
def _storage_names() -> dict[str, str]:
    """Return what the storages the caller sees are called, by id: a transfer knows the ids alone."""
    from stormbell_client.api.data import storage_list

    every = remote.pages(storage_list.sync_detailed, 0, True, client=remote.client()).view
    return {one.id: one.name for one in every}


def _whole(rate: float | None) -> int | None:
    return None if rate is None else int(rate)
