/**
 * A tree of groups that opens and closes by levels. Without this script each group opens by itself.
 *
 *   <div data-units>
 *     <button type="button" data-expand-level hidden>     opens the uppermost level that is not all open
 *     <button type="button" data-collapse-level hidden>   closes the innermost level that is open
 *     <details data-group>…                               a group, in which there may be others
 */

/**
 * @param {Element} tree
 * @returns {HTMLDetailsElement[]}
 */
function groupsOf(tree) {
  return [...tree.querySelectorAll('details[data-group]')].filter((group) => group instanceof HTMLDetailsElement)
}

/**
 * @param {Element} tree
 * @param {Element} group
 * @returns {number} how many groups of the tree are around it
 */
function levelOf(tree, group) {
  let level = 0
  for (let above = group.parentElement; above && above !== tree; above = above.parentElement) {
    if (above.matches('details[data-group]')) level += 1
  }
  return level
}

/**
 * @param {Element} tree
 * @param {boolean} open whether to open the next level or to close the last one
 */
function step(tree, open) {
  const groups = groupsOf(tree).map((group) => ({ group, level: levelOf(tree, group) }))
  const levels = groups.filter(({ group }) => group.open !== open).map(({ level }) => level)
  if (levels.length === 0) return
  const next = open ? Math.min(...levels) : Math.max(...levels)
  for (const { group, level } of groups) if (level === next) group.open = open
}

for (const tree of document.querySelectorAll('[data-units]')) {
  const buttons = /** @type {[string, boolean][]} */ ([['[data-expand-level]', true], ['[data-collapse-level]', false]])
  for (const [selector, open] of buttons) {
    const button = tree.querySelector(selector)
    if (!(button instanceof HTMLButtonElement) || groupsOf(tree).length === 0) continue
    button.hidden = false
    button.addEventListener('click', () => step(tree, open))
  }
}
