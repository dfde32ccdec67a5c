/**
 * A draft that is saved while it is typed. Without this script the same form works by its Save button.
 *
 * What the page must contain
 * --------------------------
 *   <form data-draft action="…" method="post">
 *     hidden inputs `csrf`, `form_key` and `version`
 *     <p data-save-status role="status"></p>            "Saving…", "Draft saved 09:17", …
 *   <form data-same-draft> (optional)                   another form with the draft's `version`
 *
 * What is sent: 2 seconds after the last change the whole form is posted to its action with
 * `accept: application/json` and a `form_key` of its own (the form's, then "-a" and a number). A
 * request that got no answer is sent again unchanged, key included, so that it is done once.
 *
 * What the server answers
 * -----------------------
 *   200 {"saved": true, "version": "…"}   the version goes into the forms
 *   409                                    somebody else saved: nothing more is sent; Save shows both
 *   422 {"problem": "…"}                   said, and tried again after the next change
 *   429, 5xx or no answer                  tried again after 4, 8 … 60 seconds
 */

const PAUSE_MS = 2_000
const FIRST_RETRY_MS = 4_000
const LONGEST_RETRY_MS = 60_000
/** No answer by then counts as none at all. */
const PATIENCE_MS = 20_000

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/London' })

class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form
    this.count = 0
    this.retryMs = FIRST_RETRY_MS
    this.busy = false
    this.changed = false
    /** The form goes its ordinary way, or somebody else saved: nothing is sent beside it. */
    this.stopped = false
    /** @type {number | undefined} */
    this.timer = undefined
    /** What was sent and not answered yet.
     * @type {URLSearchParams | null} */
    this.unanswered = null
  }

  follow() {
    const change = () => {
      this.changed = true
      this.later(PAUSE_MS)
    }
    this.form.addEventListener('input', change)
    this.form.addEventListener('change', change)
    this.form.addEventListener('submit', (event) => {
      if (!event.defaultPrevented) this.stop()
    })
    for (const other of document.querySelectorAll('form[data-same-draft]')) {
      other.addEventListener('submit', (event) => {
        if (!event.defaultPrevented) this.stop()
      })
    }
    window.addEventListener('online', () => this.now())
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.now()
    })
    window.addEventListener('beforeunload', (event) => {
      if (!this.stopped && this.holdsUnsaved()) event.preventDefault()
    })
  }

  holdsUnsaved() {
    return this.changed || this.unanswered !== null
  }

  stop() {
    this.stopped = true
    clearTimeout(this.timer)
  }

  /** @param {number} milliseconds */
  later(milliseconds) {
    if (this.stopped) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.now(), milliseconds)
  }

  async now() {
    clearTimeout(this.timer)
    if (this.busy || this.stopped || !this.holdsUnsaved()) return
    const body = (this.unanswered ??= this.gather())
    this.busy = true
    this.say('Saving…', 'busy')
    try {
      const answer = await fetch(this.form.action, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS)
      })
      await this.take(answer)
    } catch {
      // No answer, or one cut short: nobody knows whether it was done.
      this.tryAgain()
    } finally {
      this.busy = false
    }
    if (this.changed && this.unanswered === null) this.later(PAUSE_MS)
  }

  /** The whole form as one request. What is typed from now on counts as changed again. */
  gather() {
    const body = new URLSearchParams()
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === 'string') body.append(name, value)
    }
    this.count += 1
    body.set('form_key', `${body.get('form_key')}-a${this.count}`)
    this.changed = false
    return body
  }

  /** @param {Response} answer */
  async take(answer) {
    if (answer.status === 409) {
      this.unanswered = null
      this.changed = false
      this.stop()
      this.say('Somebody else saved this report meanwhile. Choose Save to compare; what you typed stays here.', 'problem')
    } else if (answer.status === 422) {
      const { problem = '' } = await answer.json()
      this.unanswered = null
      this.say(`Not saved. ${problem}`, 'problem')
    } else if (answer.status === 429 || answer.status >= 500) {
      this.tryAgain()
    } else if (answer.ok) {
      const { version } = await answer.json()
      this.unanswered = null
      this.retryMs = FIRST_RETRY_MS
      this.takeVersion(version)
      this.say(`Draft saved ${CLOCK.format(new Date())}`, 'saved')
    } else {
      this.unanswered = null
      this.say('Not saved. Choose Save to see why; what you typed stays here.', 'problem')
    }
  }

  /** @param {string} version */
  takeVersion(version) {
    for (const form of [this.form, ...document.querySelectorAll('form[data-same-draft]')]) {
      const input = form.querySelector('input[name="version"]')
      if (input instanceof HTMLInputElement) input.value = version
    }
  }

  tryAgain() {
    this.say('Not saved yet, trying again. What you typed is kept on this page.', 'problem')
    this.later(this.retryMs)
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS)
  }

  /**
   * @param {string} text
   * @param {'busy' | 'saved' | 'problem'} tone
   */
  say(text, tone) {
    const status = this.form.querySelector('[data-save-status]')
    if (!(status instanceof HTMLElement)) return
    status.textContent = text
    status.dataset.tone = tone
  }
}

for (const form of document.querySelectorAll('form[data-draft]')) {
  if (form instanceof HTMLFormElement) new Draft(form).follow()
}
