/**
 * A register's rows and the values in their fields.
 *
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field
 */

/**
 * @param {HTMLFormElement} form
 * @returns {HTMLElement[]}
 */
export function rowsOf(form) {
  return [...form.querySelectorAll('[data-row]')].filter((row) => row instanceof HTMLElement)
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null} the row that holds the element
 */
export function rowAround(target) {
  return target instanceof Element ? target.closest('[data-row]') : null
}

/**
 * @param {HTMLElement} row
 * @returns {HTMLInputElement[]} the status buttons that may be chosen
 */
export function choicesOf(row) {
  const name = CSS.escape(`status-${row.dataset.row}`)
  return [...row.querySelectorAll(`input[type="radio"][name="${name}"]:enabled`)].filter(
    (input) => input instanceof HTMLInputElement
  )
}

/**
 * @param {HTMLElement} row
 * @returns {string} the row's status, empty when it has none
 */
export function statusOf(row) {
  return row.querySelector('input[type="radio"]:checked')?.getAttribute('value') ?? ''
}

/**
 * Sets the row's status as a click would, or clears it.
 *
 * @param {HTMLElement} row
 * @param {string} status
 * @returns {boolean} whether anything changed
 */
export function setStatus(row, status) {
  const choices = choicesOf(row)
  const chosen = choices.find((choice) => choice.value === status)
  if (status === statusOf(row) || (status !== '' && !chosen)) return false
  for (const choice of choices) choice.checked = choice === chosen
  announce(chosen ?? row)
  return true
}

/** @param {HTMLElement} element whose value a script changed */
export function announce(element) {
  element.dispatchEvent(new Event('change', { bubbles: true }))
}

/**
 * @param {HTMLElement} row
 * @returns {Map<string, string>} the row's fields by name; a status without choice is empty
 */
export function valuesOf(row) {
  const values = new Map()
  for (const element of row.querySelectorAll('input[name], select[name], textarea[name]')) {
    const field = /** @type {Field} */ (element)
    if (field.disabled) continue
    const isChoice = field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox')
    if (!isChoice || field.checked) values.set(field.name, field.value)
    else if (!values.has(field.name)) values.set(field.name, '')
  }
  return values
}

/**
 * @param {HTMLElement} row
 * @returns {boolean} whether a field differs from the value that the page was made from
 */
export function isChanged(row) {
  const values = valuesOf(row)
  return [...values].some(([name, value]) => {
    const base = values.get(`was-${name}`)
    return base !== undefined && base !== value
  })
}

/**
 * Takes over what the server has stored: as the new base, and in the field itself where
 * it was not changed again since it was sent.
 *
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} base
 * @param {URLSearchParams} sent
 */
export function takeBase(form, base, sent) {
  for (const row of rowsOf(form)) {
    const values = valuesOf(row)
    for (const [name, value] of values) {
      const stored = base[name]
      if (stored === undefined) continue
      setField(row, `was-${name}`, stored)
      if (value === sent.get(name) && value !== stored) setField(row, name, stored)
    }
  }
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 * @param {string} value
 */
function setField(row, name, value) {
  for (const element of row.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    const field = /** @type {Field} */ (element)
    if (field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox')) {
      field.checked = field.value === value
    } else {
      field.value = value
    }
  }
}
