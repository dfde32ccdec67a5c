/**
 * Sending files: each selected or dropped file is uploaded at once, with a bar that shows how far
 * it is, and long lists of organisations get a box that filters them. Without this script the same
 * page works by its Add button and plain lists.
 *
 *   <form data-send="ADDRESS" method="post">    rows and hidden inputs, then <input type="file" multiple>;
 *                                               files go to ADDRESS, with what was chosen in the rows;
 *                                               data-largest: the largest file that is taken, in bytes
 *     <div data-drop>                             where files may be dropped
 *     <div data-progress role="status">           the bars
 *   <td data-filtered><select>…                   a list that is filtered when it is long
 */

/** A list that fits on the screen needs no filter. */
const LONG_LIST = 4
const TOO_LARGE = 'It is larger than what can be sent.'

/**
 * Uploads one file. Resolves to what went wrong, or to nothing.
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {HTMLProgressElement} bar
 * @returns {Promise<string>}
 */
function upload(form, file, bar) {
  if (file.size > Number(form.dataset.largest)) return Promise.resolve(TOO_LARGE)
  return new Promise((resolve) => {
    const data = new FormData(form)
    data.delete('files')
    data.delete('press')
    data.append('files', file, file.name)
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total
    })
    request.addEventListener('load', () => resolve(problemIn(request)))
    request.addEventListener('error', () => resolve('The connection broke off. Try it again.'))
    request.open('POST', form.dataset.send ?? form.action)
    request.setRequestHeader('Accept', 'application/json')
    request.send(data)
  })
}

/**
 * What the server says was wrong; nothing when the file is in the list.
 * @param {XMLHttpRequest} answer
 * @returns {string}
 */
function problemIn(answer) {
  if (answer.status === 413) return TOO_LARGE
  try {
    return JSON.parse(answer.responseText).problem ?? ''
  } catch {
    return 'It could not be added. Try it again.'
  }
}

/**
 * Uploads files one after another, so that a slow line is not shared, then shows the rows.
 * @param {HTMLFormElement} form
 * @param {File[]} files
 */
async function addAll(form, files) {
  const place = form.querySelector('[data-progress]')
  let [kept, wrong] = [0, 0]
  for (const file of files) {
    const line = document.createElement('p')
    const bar = document.createElement('progress')
    bar.setAttribute('aria-label', `Uploading ${file.name}`)
    bar.value = 0
    line.append(`${file.name} `, bar)
    place?.append(line)
    const problem = await upload(form, file, bar)
    if (problem) line.replaceChildren(`${file.name}: ${problem}`)
    problem ? wrong++ : kept++
  }
  if (wrong === 0) location.reload()
  else if (kept > 0) place?.append(linkToList())
}

/** What went wrong stays readable until the person has read it. */
function linkToList() {
  const link = document.createElement('a')
  link.className = 'govuk-link'
  link.href = location.pathname
  link.textContent = 'Show the files that were added'
  return link
}

/** @param {HTMLFormElement} form */
function addAtOnce(form) {
  const input = form.querySelector('input[type="file"]')
  const drop = form.querySelector('[data-drop]')
  if (!(input instanceof HTMLInputElement)) return
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    // So that the next choice is not added to this one, and the same file can be chosen again.
    input.value = ''
    if (files.length) void addAll(form, files)
  })
  drop?.addEventListener('dragover', (event) => event.preventDefault())
  drop?.addEventListener('drop', (event) => {
    event.preventDefault()
    const files = /** @type {DragEvent} */ (event).dataTransfer?.files
    if (files?.length) void addAll(form, [...files])
  })
}

/** @param {HTMLSelectElement} list */
function filterList(list) {
  const options = [...list.options]
  if (options.length <= LONG_LIST) return
  const box = document.createElement('input')
  box.type = 'search'
  box.className = 'govuk-input cap-filter-box'
  box.setAttribute('aria-label', 'Filter the organisations')
  box.placeholder = 'Type to filter'
  box.addEventListener('input', () => {
    const wanted = box.value.trim().toLowerCase()
    const kept = options.filter((option) => option.selected || !option.value || option.text.toLowerCase().includes(wanted))
    list.replaceChildren(...kept)
  })
  list.before(box)
}

for (const form of document.querySelectorAll('form[data-send]')) {
  if (form instanceof HTMLFormElement) addAtOnce(form)
}
for (const list of document.querySelectorAll('[data-filtered] select')) {
  if (list instanceof HTMLSelectElement) filterList(list)
}
