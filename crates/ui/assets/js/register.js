/**
 * Taking a register: keyboard marking, "Mark the rest present" with undo, contribution
 * buttons, and saving as one goes. Without this script the same form works by its Save button.
 *
 * What the page must contain
 * --------------------------
 *   <form data-register action="/clm/registers/…" method="post">
 *     hidden inputs `csrf` and `form_key`
 *     <button type="button" data-mark-rest hidden>          shown by this script
 *     <button type="button" data-undo-rest hidden>          shown after marking the rest
 *     <p data-save-status role="status"></p>                "Saving…", "Saved 09:17", …
 *     for each learner one element (a <tr>, usually) with data-row="REF", in which
 *       radio buttons  status-REF        value is the status word; a status that this person
 *                                        may not set is left out or disabled; the one in
 *                                        force is never disabled, or it would not be sent
 *       number input   late-REF          optional; minutes late
 *       <span data-contribution> with a list contribution-REF (optional): values "", -2 … 2,
 *         and buttons data-step="-1", data-step="1", hidden until this script shows them
 *       textarea       note-REF          optional; any further field of the row, named …-REF
 *       hidden inputs  was-FIELD-REF     for each of these: the value that the page was made
 *                                        from (empty for no mark), such as was-status-REF
 *
 * Anywhere on the page, as often as wanted: <span data-register-state>, for the answer's `state`.
 *
 * Keys, while a row has the focus and no text is being typed: arrow up and down go to the
 * neighbouring learner; p present, l late, u unexplained, b dismissed (behaviour),
 * o dismissed (other), n not required; Backspace or Delete clears; + and - move the
 * contribution, x clears it.
 *
 * What is sent
 * ------------
 * 600 ms after a change all fields of the rows that differ from their `was-` values are posted
 * to the form's action with `accept: application/json`, url-encoded, with `csrf` and a
 * `form_key` of their own (the form's, then "-a" and a number). A mark that was cleared
 * is sent as an empty status. A request that got no answer is sent again unchanged, key
 * included, so that it is done once.
 *
 * What the server answers
 * -----------------------
 *   200 {"saved": true, "state": "12 of 15 marked", "base": {"status-REF": "present", …}}
 *       `base` has the value now stored for every field sent, without "was-"
 *   409 {"conflict": true}, or 422: the whole form is then sent in the ordinary way, so
 *       that the server's own page shows what is wrong
 *   429, 5xx or no answer: tried again after 2, 4, 8 … 60 seconds
 *   anything else (signed out, say): not tried again until the next change
 */
import { markByKeyboard, markTheRest, stepContributions } from './register/marking.js'
import { saveAsOneGoes } from './register/saving.js'

for (const form of document.querySelectorAll('form[data-register]')) {
  if (form instanceof HTMLFormElement) {
    markByKeyboard(form)
    markTheRest(form)
    stepContributions(form)
    saveAsOneGoes(form)
  }
}
