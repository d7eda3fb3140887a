/** Starts the clock, the keys, the router and, once someone is logged in, the live stream. */
import './tokens.css'
import './styles/base.css'
import './styles/frame.css'
import './styles/parts.css'
import './styles/rows.css'
import './styles/overlay.css'
import './styles/form.css'
import './styles/nodes.css'
import { render } from 'preact'
import { App } from './App.tsx'
import { startKeys } from './lib/keys.ts'
import { startRouter } from './lib/router.ts'
import { findSession } from './lib/session.ts'
import { startClock } from './lib/time.ts'

startClock()
startKeys()
startRouter()
void findSession()
render(<App />, document.getElementById('app')!)
