/** Server-sent events out of a byte stream. Read through fetch, since EventSource hides heartbeats, statuses and new types. */

export interface Message {
  id: string | null
  event: string
  data: string
}

/** Feed it text as it comes; it calls back for each message, and for each comment (the heartbeat). */
export function createParser(onMessage: (message: Message) => void, onComment: () => void): (text: string) => void {
  const ends = /\r\n|\n|\r/g
  let buffer = ''
  let id: string | null = null
  let event = ''
  let data: string[] = []
  const line = (text: string) => {
    if (text === '') {
      if (data.length > 0) onMessage({ id, event: event || 'message', data: data.join('\n') })
      event = ''
      data = []
      return
    }
    if (text.startsWith(':')) return onComment()
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id' && !value.includes('\0')) id = value
  }
  return (text) => {
    buffer += text
    let start = 0
    ends.lastIndex = 0
    for (let end = ends.exec(buffer); end !== null; end = ends.exec(buffer)) {
      // A lone \r at the very end may be the first half of \r\n.
      if (end[0] === '\r' && ends.lastIndex === buffer.length) break
      line(buffer.slice(start, end.index))
      start = ends.lastIndex
    }
    buffer = buffer.slice(start)
  }
}
