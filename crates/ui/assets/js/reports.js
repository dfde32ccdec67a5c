/**
 * A page that waits for reports says how far they are by itself:
 *
 *     <div data-under-way>   replaced every second; the page is opened anew once it is gone
 */

const PAUSE = 1000

/** Fetches the page and puts its state in the place of what stands here. */
async function look() {
  const place = document.querySelector('[data-under-way]')
  if (!place) return
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null)
  if (answer?.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const state = page.querySelector('[data-under-way]')
    if (!state) {
      location.reload()
      return
    }
    place.replaceWith(document.importNode(state, true))
  }
  setTimeout(look, PAUSE)
}

setTimeout(look, PAUSE)
