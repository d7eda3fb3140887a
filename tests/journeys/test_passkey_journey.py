"""A real Chromium with an authenticator of its own makes a passkey, logs out, and comes back with the passkey."""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from tools.live import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
OWNER = {"email": "olga@example.org", "name": "Olga Owner", "password": "nine bells ring at dawn"}
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

# What a page does, with the browser's own readers and writers of WebAuthn's JSON.
ASK = """
async (method, path, body) => {
  const options = {method, headers: {'Content-Type': 'application/json'}}
  const answer = await fetch(`/api/v1${path}`, body ? {...options, body: JSON.stringify(body)} : options)
  const text = await answer.text()
  return {status: answer.status, body: text ? JSON.parse(text) : null}
}
"""
MAKE = f"""
async () => {{
  const ask = {ASK}
  const {{body: begun}} = await ask('POST', '/identities', {{method: 'passkey'}})
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.public_key)
  const credential = await navigator.credentials.create({{publicKey}})
  const answer = {{...credential.toJSON(), name: 'Chromium'}}
  return ask('POST', '/identities/finish', {{method: 'passkey', state: begun.state, answer}})
}}
"""
USE = f"""
async () => {{
  const ask = {ASK}
  const {{body: begun}} = await ask('POST', '/logins', {{method: 'passkey', next: '/jobs'}})
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.public_key)
  const credential = await navigator.credentials.get({{publicKey}})
  return ask('POST', '/logins/finish', {{method: 'passkey', state: begun.state, answer: credential.toJSON()}})
}}
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@pytest.mark.security("S15", "S19")
async def test_a_passkey_of_a_real_browser(tmp_path: Path) -> None:
    server = Server(tmp_path / "d")
    await server.start()
    here = server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    try:
        async with async_playwright() as play:
            browser = await play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            context = await browser.new_context()
            page = await context.new_page()
            await page.goto(f"{here}/livez")
            ask = f"([method, path, body]) => ({ASK})(method, path, body)"
            setup = await page.evaluate(ask, ["POST", "/setup", {"token": server.setup_token(), **OWNER}])
            assert setup["status"] == 201, setup
            devices = await context.new_cdp_session(page)
            await devices.send("WebAuthn.enable")
            await devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

            made = await page.evaluate(MAKE)
            assert made["status"] == 201, made
            assert [item["name"] for item in made["body"]["items"]] == ["Chromium"]
            assert (await page.evaluate(ask, ["DELETE", "/sessions/current", None]))["status"] == 204
            assert (await page.evaluate(ask, ["GET", "/sessions/current", None]))["status"] == 401

            back = await page.evaluate(USE)
            assert back["status"] == 201, back
            assert (back["body"]["user"]["email"], back["body"]["next"]) == (OWNER["email"], "/jobs")
            assert (await page.evaluate(ask, ["GET", "/sessions/current", None]))["status"] == 200
            cookies = {cookie["name"]: cookie for cookie in await context.cookies()}
            assert cookies["stormbell_session"]["httpOnly"]
            assert cookies["stormbell_login"]["sameSite"] == "Strict"
            await browser.close()
    finally:
        await server.stop()
