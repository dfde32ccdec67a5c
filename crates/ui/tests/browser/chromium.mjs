/** One Chromium tab, driven through the browser's own pipe: no driver, no package. */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const KEY_CODES = { ArrowDown: 40, ArrowUp: 38, Backspace: 8, F9: 120 }

export async function openTab() {
  const profile = mkdtempSync(join(tmpdir(), 'cap-ui-'))
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = spawn(
    process.env.CHROMIUM ?? 'chromium',
    ['--headless=new', '--disable-gpu', '--remote-debugging-pipe', `--user-data-dir=${profile}`, ...asRoot],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] }
  )
  await new Promise((started, failed) => {
    browser.once('spawn', started)
    browser.once('error', () => failed(new Error('Chromium is missing: on Debian, apt-get install chromium')))
  })
  const ended = new Promise((done) => browser.once('exit', done))
  const tab = new Tab(browser.stdio[3], browser.stdio[4])
  ended.then(() => tab.abandon())
  await tab.attach()
  return Object.assign(tab, {
    async close() {
      tab.send('Browser.close').catch(() => {})
      await ended
      // The browser's helpers may write for a moment longer than it lives.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    }
  })
}

class Tab {
  constructor(out, back) {
    this.out = out
    this.count = 0
    this.waiting = new Map()
    this.listeners = new Map()
    this.sessionId = undefined
    /** Questions that pages asked; each is answered with yes. */
    this.dialogs = 0
    let text = ''
    back.on('data', (part) => {
      const messages = (text + part).split('\0')
      text = messages.pop() ?? ''
      for (const message of messages) this.receive(JSON.parse(message))
    })
  }

  async attach() {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' })
    this.sessionId = (await this.send('Target.attachToTarget', { targetId, flatten: true })).sessionId
    await this.send('Page.enable')
  }

  receive(message) {
    if (message.method === 'Page.javascriptDialogOpening') {
      this.dialogs += 1
      this.send('Page.handleJavaScriptDialog', { accept: true })
    }
    this.listeners.get(message.method)?.()
    const wait = this.waiting.get(message.id)
    if (!wait) return
    this.waiting.delete(message.id)
    if (message.error) wait.failed(new Error(message.error.message))
    else wait.done(message.result)
  }

  send(method, params = {}) {
    const id = ++this.count
    this.out.write(JSON.stringify({ id, method, params, sessionId: this.sessionId }) + '\0')
    return new Promise((done, failed) => this.waiting.set(id, { done, failed }))
  }

  /** Ends every wait, once nobody is left to answer. */
  abandon() {
    for (const { failed } of this.waiting.values()) failed(new Error('Chromium has ended'))
    this.waiting.clear()
  }

  /** Opens an address at a width, with or without JavaScript, and waits until it is loaded. */
  async open(address, { width = 1280, scripts = true } = {}) {
    await this.send('Emulation.setScriptExecutionDisabled', { value: !scripts })
    await this.send('Emulation.setDeviceMetricsOverride', {
      width, height: 900, deviceScaleFactor: 1, mobile: width < 600
    })
    const loaded = new Promise((done) => this.listeners.set('Page.loadEventFired', done))
    await this.send('Page.navigate', { url: address })
    await loaded
  }

  /** The value of an expression in the page. */
  async see(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', {
      expression, awaitPromise: true, returnByValue: true
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  /** Waits until an expression in the page, or in the page that follows it, is true. */
  async until(expression) {
    for (const start = Date.now(); Date.now() - start < 8000; ) {
      // While one page gives way to the next there is nothing to look at.
      if (await this.see(expression).catch(() => false)) return
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`never became true: ${expression}`)
  }

  async press(...keys) {
    for (const key of keys) {
      const event = {
        key, text: key.length === 1 ? key : undefined, windowsVirtualKeyCode: KEY_CODES[key] ?? key.toUpperCase().charCodeAt(0)
      }
      await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event })
      await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key })
    }
  }
}
