/** What holds of every example page in a browser: no axe violation, no sideways scrolling. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { openTab } from './chromium.mjs'
import { startServer } from './server.mjs'

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

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

for (const page of ['form', 'list', 'register']) {
  for (const width of [1280, 390, 320]) {
    test(`${page} at ${width} pixels`, async () => {
      await tab.open(`${site.address}/${page}`, { width })
      await tab.until('document.body.classList.contains("js-enabled")')
      assert.equal(await tab.see('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0)
      await tab.see(`${AXE};0`)
      const violations = await tab.see(
        'axe.run().then((found) => found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target)}`))'
      )
      assert.deepEqual(violations, [])
    })
  }
}

test('the menu is beside a wide page and folded above a narrow one', async () => {
  const linkIsShown = 'document.querySelector(".cap-menu__link").checkVisibility({ contentVisibilityAuto: true })'
  await tab.open(`${site.address}/list`, { width: 1280 })
  await tab.until(linkIsShown)
  await tab.open(`${site.address}/list`, { width: 390 })
  await tab.until('document.body.classList.contains("js-enabled")')
  assert.equal(await tab.see(linkIsShown), false)
})

test('F9 hides names, and the next page keeps them hidden', async () => {
  const hidden = 'document.documentElement.classList.contains("cap-names-hidden")'
  await tab.open(`${site.address}/register`)
  await tab.until('!document.querySelector("[data-hide-names]").hidden')
  await tab.press('F9')
  assert.equal(await tab.see(hidden), true)
  await tab.open(`${site.address}/list`)
  await tab.until(hidden)
  await tab.press('F9')
  assert.equal(await tab.see(hidden), false)
})

test('one tick box ticks all of its name and shows when only some are ticked', async () => {
  await tab.open(`${site.address}/list`)
  await tab.until('document.body.classList.contains("js-enabled")')
  const boxes = 'document.querySelectorAll("input[name=absence]")'
  const all = 'document.querySelector("[data-select-all]")'
  await tab.see(`${all}.click()`)
  assert.equal(await tab.see(`[...${boxes}].every((box) => box.checked)`), true)
  await tab.see(`${boxes}[0].click()`)
  assert.deepEqual(await tab.see(`[${all}.checked, ${all}.indeterminate]`), [false, true])
  await tab.see(`${boxes}[0].click()`)
  assert.deepEqual(await tab.see(`[${all}.checked, ${all}.indeterminate]`), [true, false])
})

test('a deed that asks first is done when the answer is yes', async () => {
  await tab.open(`${site.address}/list`)
  await tab.until('document.body.classList.contains("js-enabled")')
  const asked = tab.dialogs
  await tab.see('setTimeout(() => document.querySelector("form[data-confirm] button").click()); 0')
  await tab.until('location.pathname === "/clm/absences"')
  assert.equal(tab.dialogs, asked + 1)
  assert.equal(site.posts.at(-1).body.get('csrf'), 'token')
})
