/** The browser's half of a passkey: what the server asked for, in the form the browser takes, and its answer as JSON. */

type Asked = Record<string, unknown>

/** Old browsers have passkeys but not the functions that read the server's JSON. */
export const passkeysWork = (): boolean => typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential

export async function usePasskey(asked: Asked): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked as unknown as PublicKeyCredentialRequestOptionsJSON)
  return told(await navigator.credentials.get({ publicKey }))
}

export async function makePasskey(asked: Asked): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked as unknown as PublicKeyCredentialCreationOptionsJSON)
  return told(await navigator.credentials.create({ publicKey }))
}

function told(credential: Credential | null): unknown {
  if (!(credential instanceof PublicKeyCredential)) throw new Error('The browser gave no passkey')
  return credential.toJSON()
}

/** The person closed the browser's dialog, or it gave up: nothing to tell them. */
export const wasDismissed = (error: unknown): boolean => error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name)
