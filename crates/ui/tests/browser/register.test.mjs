/** Taking a register in a browser: marking by keys, undo, and saving as one goes. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { openTab } from './chromium.mjs'
import { startServer } from './server.mjs'

let site
let tab
before(async () => {
  site = await startServer()
  tab = await openTab()
})
after(async () => {
  site?.close()
  await tab?.close()
})
beforeEach(async () => {
  site.answer = stored
  await tab.open(`${site.address}/register`)
  await tab.until('!document.querySelector("[data-mark-rest]").hidden')
  site.posts.length = 0
})

/** The server stores all that it was sent. */
function stored({ body }) {
  const base = Object.fromEntries([...body].filter(([name]) => /-r\d$/.test(name) && !name.startsWith('was-')))
  return [200, JSON.stringify({ saved: true, state: '2 of 3 marked', base })]
}

const choose = (row, status) => tab.see(`document.querySelector('[data-row=${row}] [value=${status}]').click()`)
const focusRow = (row) => tab.see(`document.querySelector('[data-row=${row}] input').focus()`)
const status = (row) => tab.see(`document.querySelector('[data-row=${row}] input:checked')?.value ?? ''`)
const statuses = async () => [await status('r1'), await status('r2'), await status('r3')]
const level = (row) => tab.see(`document.querySelector('[name=contribution-${row}]').value`)
const says = (pattern) => tab.until(`${pattern}.test(document.querySelector('[data-save-status]').textContent)`)

test('one letter a status, arrows between learners', async () => {
  await focusRow('r1')
  for (const [key, expected] of [
    ['p', 'present'], ['l', 'late'], ['u', 'unexplained'], ['b', 'dismissed-behaviour'],
    ['o', 'dismissed-other'], ['n', 'not-required'], ['Backspace', ''], ['L', 'late']
  ]) {
    await tab.press('ArrowDown', key, 'ArrowUp')
    assert.deepEqual(await statuses(), ['present', expected, ''], key)
  }
})

test('the contribution stays within its ends and can be cleared', async () => {
  await focusRow('r3')
  await tab.press('+', '+', '+')
  assert.equal(await level('r3'), '2')
  await tab.press('-')
  assert.equal(await level('r3'), '1')
  await tab.press('x')
  assert.equal(await level('r3'), '')
  await tab.see(`document.querySelector('[data-row=r3] [data-step="-1"]').click()`)
  assert.equal(await level('r3'), '-1')
})

test('a letter typed into a text field marks nothing', async () => {
  await choose('r1', 'late')
  await tab.see(`document.querySelector('#late-r1').focus()`)
  await tab.press('p')
  assert.equal(await status('r1'), 'late')
})

test('marking the rest fills blanks only, and undo leaves what was marked since', async () => {
  await choose('r1', 'late')
  await tab.see(`document.querySelector('[data-mark-rest]').click()`)
  assert.deepEqual(await statuses(), ['late', 'present', 'present'])
  await choose('r2', 'unexplained')
  await tab.see(`document.querySelector('[data-undo-rest]').click()`)
  assert.deepEqual(await statuses(), ['late', 'unexplained', ''])
})

test('a change is saved by itself: only its row, with the token and a key of its own', async () => {
  site.answer = (post) => {
    const answer = JSON.parse(stored(post)[1])
    answer.base['contribution-r2'] = '0'
    return [200, JSON.stringify(answer)]
  }
  await choose('r2', 'present')
  await says('/^Saved \\d\\d:\\d\\d$/')
  assert.equal(site.posts.length, 1)
  const { body, accept } = site.posts[0]
  assert.equal(accept, 'application/json')
  assert.deepEqual([body.get('status-r2'), body.get('was-status-r2'), body.get('csrf')], ['present', '', 'token'])
  assert.match(body.get('form_key'), /^key-\d-a1$/)
  assert.deepEqual([...body.keys()].filter((name) => name.endsWith('r1') || name.endsWith('r3')), [])
  assert.equal(await tab.see(`document.querySelector('[name=was-status-r2]').value`), 'present')
  assert.equal(await level('r2'), '0', 'what the server chose is shown')
  assert.equal(await tab.see(`document.querySelector('[data-register-state]').textContent`), '2 of 3 marked')
})

test('a cleared mark is sent as empty', async () => {
  await focusRow('r1')
  await tab.press('Backspace')
  await says('/^Saved/')
  assert.equal(site.posts[0].body.get('status-r1'), '')
})

test('without an answer the same request is sent again, and leaving asks first', async () => {
  site.answer = () => null
  await choose('r3', 'unexplained')
  await says('/^Not saved yet/')
  await choose('r1', 'late')
  site.answer = stored
  await says('/^Saved/')
  const keys = site.posts.map(({ body }) => body.get('form_key'))
  const first = site.posts.filter(({ body }) => body.get('form_key') === keys[0])
  assert.ok(first.length > 1)
  assert.equal(new Set(first.map(({ body }) => body.toString())).size, 1)
  assert.equal(site.posts.at(-1).body.get('status-r1'), 'late')
  assert.notEqual(keys.at(-1), keys[0])

  const asked = tab.dialogs
  await tab.open(`${site.address}/register`)
  assert.equal(tab.dialogs, asked, 'all is saved, so nothing is asked')
  await tab.until('!document.querySelector("[data-mark-rest]").hidden')
  site.answer = () => [503, '{}']
  // Browsers ask only on pages that a person has touched.
  await focusRow('r3')
  await tab.press('p')
  await says('/^Not saved yet/')
  await tab.open(`${site.address}/list`)
  assert.equal(tab.dialogs, asked + 1)
})

test('a signed-out session is said, and not tried again', async () => {
  site.answer = () => [403, '{}']
  await choose('r2', 'present')
  await says('/Choose Save/')
  assert.equal(await status('r2'), 'present')
  assert.equal(site.posts.length, 1)
})

test('a conflict sends the whole form, for the page that shows it', async () => {
  site.answer = ({ accept }) => (accept === 'application/json' ? [409, '{"conflict": true}'] : [409, '<title>Both</title>'])
  await choose('r2', 'present')
  await tab.until('document.title === "Both"')
  const { body } = site.posts[1]
  assert.deepEqual([body.get('status-r1'), body.get('status-r2')], ['present', 'present'])
  assert.match(body.get('form_key'), /^key-\d$/)
})
