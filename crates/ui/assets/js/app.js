/**
 * Loaded on every page. Pages work without it; it adds what HTML alone cannot.
 */
import { initAll } from './govuk-frontend.min.js'
import { askBefore, followMenuWidth, hideNames, openForPrint, printByButton, selectAll } from './behaviours.js'

// GOV.UK Frontend starts nothing without this class, which its own pages set by an inline
// script; ours allow none.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

askBefore(document)
selectAll(document)
hideNames(document)
openForPrint(document)
printByButton(document)
followMenuWidth(document)
