/** The quick ways to mark: keys, "Mark the rest present", and contribution buttons. */
import { announce, choicesOf, rowAround, rowsOf, setStatus, statusOf } from './rows.js'

/** @type {Record<string, string>} */
const STATUS_OF_KEY = {
  p: 'present',
  l: 'late',
  u: 'unexplained',
  b: 'dismissed-behaviour',
  o: 'dismissed-other',
  n: 'not-required',
  Backspace: '',
  Delete: ''
}

const LOWEST = -2
const HIGHEST = 2

/** @param {HTMLFormElement} form */
export function markByKeyboard(form) {
  form.addEventListener('keydown', (event) => {
    const row = rowAround(event.target)
    if (!row || event.ctrlKey || event.altKey || event.metaKey || takesText(event.target)) return
    if (press(form, row, event.key)) event.preventDefault()
  })
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} row
 * @param {string} key
 * @returns {boolean} whether the key means something here
 */
function press(form, row, key) {
  const contribution = row.querySelector('[data-contribution]')
  switch (key) {
    case 'ArrowDown':
      return goTo(neighbour(form, row, 1))
    case 'ArrowUp':
      return goTo(neighbour(form, row, -1))
    case '+':
      return contribution !== null && step(contribution, 1)
    case '-':
      return contribution !== null && step(contribution, -1)
    case 'x':
      return contribution !== null && setLevel(contribution, '')
  }
  const status = STATUS_OF_KEY[key.length === 1 ? key.toLowerCase() : key]
  if (status === undefined) return false
  if (setStatus(row, status)) goTo(row)
  return true
}

/**
 * Whether the keys belong to the element itself: text is typed, a list is walked.
 *
 * @param {EventTarget | null} target
 */
function takesText(target) {
  if (target instanceof HTMLInputElement) return target.type !== 'radio' && target.type !== 'checkbox'
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} row
 * @param {number} by
 * @returns {HTMLElement} the row above or below, or the row itself at the end
 */
function neighbour(form, row, by) {
  const rows = rowsOf(form)
  return rows[rows.indexOf(row) + by] ?? row
}

/**
 * Focuses the row's chosen status, or its first. True always: arrows never change a mark.
 *
 * @param {HTMLElement} row
 */
function goTo(row) {
  const choices = choicesOf(row)
  const target = choices.find((choice) => choice.checked) ?? choices[0]
  target?.focus()
  target?.scrollIntoView({ block: 'nearest' })
  return true
}

/** @param {HTMLFormElement} form */
export function markTheRest(form) {
  const mark = form.querySelector('button[data-mark-rest]')
  const undo = form.querySelector('button[data-undo-rest]')
  if (!(mark instanceof HTMLButtonElement) || !(undo instanceof HTMLButtonElement)) return
  /** @type {HTMLElement[]} */
  let filled = []

  mark.hidden = false
  mark.addEventListener('click', () => {
    const blanks = rowsOf(form).filter((row) => statusOf(row) === '')
    const now = blanks.filter((row) => setStatus(row, 'present'))
    if (now.length === 0) return
    filled = now
    undo.hidden = false
  })
  undo.addEventListener('click', () => {
    // What was marked otherwise in the meantime stays.
    for (const row of filled) if (statusOf(row) === 'present') setStatus(row, '')
    filled = []
    mark.focus()
    undo.hidden = true
  })
}

/** @param {HTMLFormElement} form */
export function stepContributions(form) {
  for (const control of form.querySelectorAll('[data-contribution]')) {
    for (const button of control.querySelectorAll('button[data-step]')) {
      if (!(button instanceof HTMLButtonElement)) continue
      button.hidden = false
      button.addEventListener('click', () => step(control, Number(button.dataset.step)))
    }
  }
}

/**
 * Moves a contribution one level up or down, within its ends. From none it starts at +0.
 *
 * @param {Element} control
 * @param {number} by
 */
function step(control, by) {
  const level = control.querySelector('select')?.value ?? ''
  const from = level === '' ? 0 : Number(level)
  return setLevel(control, String(Math.max(LOWEST, Math.min(HIGHEST, from + by))))
}

/**
 * @param {Element} control
 * @param {string} level
 */
function setLevel(control, level) {
  const select = control.querySelector('select')
  if (!select || select.disabled) return false
  if (select.value !== level) {
    select.value = level
    announce(select)
  }
  return true
}
