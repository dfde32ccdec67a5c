/** Saving a register as it is marked. register.js describes what is sent and answered. */
import { isChanged, rowAround, rowsOf, takeBase, valuesOf } from './rows.js'

const PAUSE_MS = 600
const FIRST_RETRY_MS = 2_000
const LONGEST_RETRY_MS = 60_000
/** No answer by then counts as none at all. */
const PATIENCE_MS = 20_000

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })

/** @param {HTMLFormElement} form */
export function saveAsOneGoes(form) {
  const saver = new Saver(form)
  form.addEventListener('change', (event) => {
    if (rowAround(event.target)) saver.later(PAUSE_MS)
  })
  form.addEventListener('input', (event) => {
    // A note is saved when it is left: each save of it is kept in its history.
    if (event.target instanceof HTMLTextAreaElement) return
    if (rowAround(event.target)) saver.later(PAUSE_MS)
  })
  form.addEventListener('submit', (event) => {
    if (!event.defaultPrevented) saver.leaveTo()
  })
  window.addEventListener('online', () => saver.now())
  // A phone that is put away may never come back to this page.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') saver.now()
  })
  window.addEventListener('beforeunload', (event) => {
    if (saver.holdsUnsaved()) event.preventDefault()
  })
}

class Saver {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form
    this.count = 0
    this.retryMs = FIRST_RETRY_MS
    this.leaving = false
    this.busy = false
    /** @type {number | undefined} */
    this.timer = undefined
    /** What was sent and not answered yet; sent again as it is, so that it is done once.
     * @type {URLSearchParams | null} */
    this.unanswered = null
  }

  holdsUnsaved() {
    return !this.leaving && (this.unanswered !== null || rowsOf(this.form).some(isChanged))
  }

  /** The form goes its ordinary way: no warning, and nothing sent beside it. */
  leaveTo() {
    this.leaving = true
    clearTimeout(this.timer)
  }

  /** @param {number} milliseconds */
  later(milliseconds) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.now(), milliseconds)
  }

  async now() {
    clearTimeout(this.timer)
    if (this.busy || !this.holdsUnsaved()) return
    const body = (this.unanswered ??= this.gather())
    this.busy = true
    this.say('Saving…', 'busy')
    let answer = null
    try {
      answer = await fetch(this.form.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body,
        keepalive: true,
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS)
      })
      await this.take(answer, body)
    } catch {
      // No answer, or one cut short: nobody knows whether it was done.
      this.tryAgain()
    } finally {
      this.busy = false
    }
  }

  /** The changed rows as one request. */
  gather() {
    const body = new URLSearchParams()
    for (const row of rowsOf(this.form).filter(isChanged)) {
      for (const [name, value] of valuesOf(row)) body.set(name, value)
    }
    this.count += 1
    body.set('csrf', this.hidden('csrf'))
    body.set('form_key', `${this.hidden('form_key')}-a${this.count}`)
    return body
  }

  /**
   * @param {Response} answer
   * @param {URLSearchParams} sent
   */
  async take(answer, sent) {
    if (answer.status === 409 || answer.status === 422) {
      this.unanswered = null
      this.leaveTo()
      this.form.submit()
    } else if (answer.status === 429 || answer.status >= 500) {
      this.tryAgain()
    } else if (answer.ok) {
      const { base = {}, state } = await answer.json()
      this.unanswered = null
      this.saved(base, state, sent)
    } else {
      this.unanswered = null
      this.say('Not saved. Choose Save to see why; your marks stay on this page.', 'problem')
    }
  }

  /**
   * @param {Record<string, string>} base
   * @param {string | undefined} state
   * @param {URLSearchParams} sent
   */
  saved(base, state, sent) {
    takeBase(this.form, base, sent)
    this.retryMs = FIRST_RETRY_MS
    if (state) for (const shown of document.querySelectorAll('[data-register-state]')) shown.textContent = state
    if (this.holdsUnsaved()) this.later(PAUSE_MS)
    else this.say(`Saved ${CLOCK.format(new Date())}`, 'saved')
  }

  tryAgain() {
    this.say('Not saved yet, trying again. Your marks are kept on this page.', 'problem')
    this.later(this.retryMs)
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS)
  }

  /** @param {string} name */
  hidden(name) {
    const input = this.form.querySelector(`input[type="hidden"][name="${name}"]`)
    return input instanceof HTMLInputElement ? input.value : ''
  }

  /**
   * @param {string} text
   * @param {'busy' | 'saved' | 'problem'} tone
   */
  say(text, tone) {
    const status = this.form.querySelector('[data-save-status]')
    if (!(status instanceof HTMLElement) || status.textContent === text) return
    status.textContent = text
    status.dataset.tone = tone
  }
}
