/** Server-sent events out of a byte stream. Read through fetch, since EventSource hides heartbeats, statuses and new types. */

export interface Message {
  id: string | null
  event: string
  data: string
}

/** Feed it text as it comes; it calls back for each message, and for each comment (the heartbeat). */
export function createParser(onMessage: (message: Message) => void, onComment: () => void): (text: string) => void {
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
    for (;;) {
      const end = buffer.slice(start).search(/\r\n|\n|\r/)
      if (end < 0) break
      const at = start + end
      // A lone \r at the very end may be the first half of \r\n.
      if (buffer[at] === '\r' && at === buffer.length - 1) break
      line(buffer.slice(start, at))
      start = at + (buffer[at] === '\r' && buffer[at + 1] === '\n' ? 2 : 1)
    }
    buffer = buffer.slice(start)
  }
}
