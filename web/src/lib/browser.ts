/** "Firefox 140 on Linux" out of a user agent; the whole of it when it is something else. */
export function browser(agent: string | null): string {
  if (!agent) return 'not known'
  const [, name, version] = agent.match(/(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/) ?? []
  const system = agent.match(/Windows|Mac OS X|Android|iPhone|iPad|Linux/)?.[0]
  const called = { Edg: 'Edge', OPR: 'Opera', Version: 'Safari' }[name ?? ''] ?? name
  return called ? `${called} ${version}${system ? ` on ${system.replace('Mac OS X', 'macOS')}` : ''}` : agent
}
