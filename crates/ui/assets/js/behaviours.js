/**
 * Small behaviours, each asked for by an attribute in the page:
 *
 *   data-confirm="Question?"   on a form or a submit button: asks before it is sent
 *   data-select-all="NAME"     on a tick box: ticks and unticks the boxes called NAME in its form
 *   data-hide-names            on a button: blurs everything marked data-name; F9 does the same
 *   data-open-in-print         on <details>: printed opened
 *   data-print                 on a button, hidden without scripts: prints the page
 *   data-menu                  on the menu's <details>: opened while the page is wide
 */

const NAMES_HIDDEN = 'cap-names-hidden'
/** Not a character, so it never collides with typing or speech input. */
const HIDE_NAMES_KEY = 'F9'
/** Where app.css puts the menu beside the page. */
const WIDE = '(min-width: 60em)'

/** @param {Document} page */
export function askBefore(page) {
  page.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target)
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm
    if (question && !window.confirm(question)) event.preventDefault()
  }, { capture: true })
}

/** @param {Document} page */
export function selectAll(page) {
  for (const all of page.querySelectorAll('input[data-select-all]')) {
    if (all instanceof HTMLInputElement) keepTogether(all)
  }
}

/** @param {HTMLInputElement} all */
function keepTogether(all) {
  const scope = all.form ?? all.ownerDocument
  const name = CSS.escape(all.dataset.selectAll ?? '')
  const boxes = () =>
    /** @type {HTMLInputElement[]} */ ([...scope.querySelectorAll(`input[type="checkbox"][name="${name}"]:enabled`)])
  const follow = () => {
    const ticked = boxes().filter((box) => box.checked).length
    all.checked = ticked > 0 && ticked === boxes().length
    all.indeterminate = ticked > 0 && ticked < boxes().length
  }
  all.addEventListener('change', () => {
    for (const box of boxes()) box.checked = all.checked
  })
  scope.addEventListener('change', (event) => {
    if (event.target !== all) follow()
  })
  follow()
}

/** @param {Document} page */
export function hideNames(page) {
  const root = page.documentElement
  const buttons = /** @type {HTMLElement[]} */ ([...page.querySelectorAll('[data-hide-names]')])
  /** @param {boolean} hidden */
  const set = (hidden) => {
    root.classList.toggle(NAMES_HIDDEN, hidden)
    for (const button of buttons) button.setAttribute('aria-pressed', String(hidden))
    // For this tab only, so that a page opened during a lesson stays covered.
    sessionStorage.setItem(NAMES_HIDDEN, hidden ? 'yes' : '')
  }
  const toggle = () => set(!root.classList.contains(NAMES_HIDDEN))

  set(sessionStorage.getItem(NAMES_HIDDEN) === 'yes')
  for (const button of buttons) {
    button.hidden = false
    button.addEventListener('click', toggle)
  }
  page.addEventListener('keydown', (event) => {
    if (event.key !== HIDE_NAMES_KEY || buttons.length === 0) return
    event.preventDefault()
    toggle()
  })
}

/** @param {Document} page */
export function openForPrint(page) {
  /** @type {HTMLDetailsElement[]} */
  let opened = []
  window.addEventListener('beforeprint', () => {
    opened = [...page.querySelectorAll('details[data-open-in-print]:not([open])')].filter(
      (details) => details instanceof HTMLDetailsElement
    )
    for (const details of opened) details.open = true
  })
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false
  })
}

/** @param {Document} page */
export function printByButton(page) {
  for (const button of page.querySelectorAll('button[data-print]')) {
    if (!(button instanceof HTMLButtonElement)) continue
    button.hidden = false
    button.addEventListener('click', () => window.print())
  }
}

/** @param {Document} page */
export function followMenuWidth(page) {
  const menu = page.querySelector('details[data-menu]')
  if (!(menu instanceof HTMLDetailsElement)) return
  const wide = window.matchMedia(WIDE)
  const follow = () => {
    menu.open = wide.matches
  }
  wide.addEventListener('change', follow)
  follow()
}
