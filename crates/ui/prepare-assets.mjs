/**
 * Fills dist/ with what the browser is sent: GOV.UK Frontend's compiled files, without
 * what only central government may use, and our own files from assets/.
 *
 * The stylesheet loses its font faces (GDS Transport is licensed to GOV.UK only) and the
 * crest; the script checks itself that neither is left. Plain Node, no packages.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const govuk = join(here, 'node_modules', 'govuk-frontend')
const dist = join(here, 'dist')
const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif'

/** Our stylesheets, in the order in which later ones overrule earlier ones. */
const STYLES = ['colours', 'frame', 'type', 'components', 'lists', 'marks', 'register', 'send', 'tree', 'units', 'home', 'calendar', 'charts', 'record', 'print']

/** Every file below a folder, or the path itself when it is a file. */
function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)))
}

function withoutSourceMap(text) {
  return text.replace(/\/[/*]# sourceMappingURL=\S+?(\s*\*\/)?\s*$/, '')
}

function govukStylesheet() {
  const original = readFileSync(join(govuk, 'dist/govuk/govuk-frontend.min.css'), 'utf8')
  const ours = withoutSourceMap(original)
    .replace(/@font-face\{[^}]*\}/g, '')
    .replace(/\.govuk-footer__copyright-logo:before\{[^}]*\}/g, '')
    .replaceAll('GDS Transport,arial,sans-serif', SANS)
  const left = /GDS Transport|crest|url\(/i.exec(ours)
  if (left) {
    throw new Error(`govuk-frontend.min.css still holds "${left[0]}": teach prepare-assets.mjs to remove it`)
  }
  return notice() + ours
}

/** The package brings no licence text of its own; its licence asks for this line. */
function notice() {
  const { version, license } = JSON.parse(readFileSync(join(govuk, 'package.json'), 'utf8'))
  return `/*! GOV.UK Frontend ${version}, copyright Government Digital Service, ${license} licence */\n`
}

/** One file, so that a page asks for one. */
function ourStylesheet() {
  const present = readdirSync(join(here, 'assets/css')).sort().join()
  if (present !== STYLES.map((name) => `${name}.css`).sort().join()) {
    throw new Error('assets/css holds other files than STYLES in prepare-assets.mjs names')
  }
  return STYLES.map((name) => readFileSync(join(here, `assets/css/${name}.css`), 'utf8')).join('\n')
}

function prepare() {
  if (!existsSync(govuk)) {
    throw new Error('node_modules is missing: run "npm ci --ignore-scripts" in crates/ui first')
  }
  // Built beside dist and renamed at the end, so that nobody embeds a half-filled folder.
  const fresh = `${dist}.${process.pid}`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(join(fresh, 'js'), { recursive: true })
  cpSync(join(here, 'assets/js'), join(fresh, 'js'), { recursive: true })
  cpSync(join(here, 'assets/favicon.svg'), join(fresh, 'favicon.svg'))
  writeFileSync(join(fresh, 'app.css'), ourStylesheet())
  writeFileSync(join(fresh, 'govuk-frontend.min.css'), govukStylesheet())
  writeFileSync(
    join(fresh, 'js/govuk-frontend.min.js'),
    notice() + withoutSourceMap(readFileSync(join(govuk, 'dist/govuk/govuk-frontend.min.js'), 'utf8'))
  )

  // Dated like the newest source: build.rs then sees dist as neither older nor newer.
  const sources = ['assets', 'package-lock.json', 'prepare-assets.mjs'].flatMap((name) => filesIn(join(here, name)))
  const newest = Math.ceil(Math.max(...sources.map((file) => statSync(file).mtimeMs))) / 1000
  for (const file of filesIn(fresh)) utimesSync(file, newest, newest)

  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
}

try {
  prepare()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
