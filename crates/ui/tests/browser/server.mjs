/**
 * Serves the example pages and dist/ under the product's own content security policy, and
 * answers what is posted as the test wants.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const PAGES = process.env.PAGES ?? ''
const DIST = new URL('../../dist/', import.meta.url)
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

/** @typedef {{ body: URLSearchParams, accept: string | undefined }} Post */

export async function startServer() {
  const site = {
    address: '',
    /** @type {Post[]} */
    posts: [],
    /** What a post is answered: status and text; `null` ends the connection instead.
     * @type {(post: Post) => [number, string] | null} */
    answer: () => [200, '{}'],
    close() {
      server.close()
      server.closeAllConnections()
    }
  }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (request.method === 'POST') {
      let text = ''
      for await (const part of request) text += part
      const post = { body: new URLSearchParams(text), accept: request.headers.accept }
      site.posts.push(post)
      const answer = site.answer(post)
      if (!answer) return request.socket.destroy()
      const type = post.accept === 'application/json' ? 'application/json' : 'text/html'
      return response.writeHead(answer[0], { 'content-type': type }).end(answer[1])
    }
    try {
      const content = path.startsWith('/assets/')
        ? readFileSync(new URL(path.slice('/assets/'.length), DIST))
        : path === '/brand.css' ? ':root { --brand: #1f4e8c }' : readFileSync(join(PAGES, `${path}.html`))
      const type = path === '/brand.css' ? 'text/css' : (TYPES[extname(path)] ?? 'text/html; charset=utf-8')
      response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)))
  site.address = `http://127.0.0.1:${server.address().port}`
  return site
}
