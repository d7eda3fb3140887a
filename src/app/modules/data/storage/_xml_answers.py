"""Answers in XML, as the stores of objects give them."""

from xml.etree.ElementTree import Element, ParseError, fromstring

from app.kernel.http import RemoteStream

_LARGEST_ANSWER = 16 * 1024**2


async def document_of(answer: RemoteStream) -> Element:
    """Return the document an answer is, an element without a meaning when it is none."""
    body = bytearray()
    async for chunk in answer.body:
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            break
    try:
        if b"<!DOCTYPE" in body:
            raise ParseError("it defines entities")
        return fromstring(bytes(body))  # noqa: S314 (without entities nothing expands)
    except ParseError:
        return Element("nothing")


async def drain(answer: RemoteStream) -> None:
    """Read what nobody needs, so that the connection can be used again."""
    async for _ in answer.body:
        pass


def plain(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def text_of(element: Element, name: str) -> str:
    """Return the text of the first element of that name in another, "" when there is none."""
    return next((one.text or "" for one in element.iter() if plain(one.tag) == name), "")
