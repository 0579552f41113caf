// Markup as values, and a patch that keeps nodes: panels are pure functions from data to markup, the browser keeps
// every element that is still there, and only a value that changed moves.

class Markup {
  constructor(source) {
    this.source = source
  }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

function source(value) {
  if (value instanceof Markup) return value.source
  if (Array.isArray(value)) return value.map(source).join("")
  if (value === null || value === undefined || value === false) return ""
  return String(value).replace(/[&<>"']/g, letter => ENTITIES[letter])
}

// Tagged template: everything put in is escaped, unless it is markup itself.
function html(strings, ...values) {
  let text = strings[0]
  values.forEach((value, index) => (text += source(value) + strings[index + 1]))
  return new Markup(text.trim())
}

const still = matchMedia("(prefers-reduced-motion: reduce)")

function showChange(element) {
  if (!still.matches && element.animate) element.animate([{ opacity: 0.3 }, { opacity: 1 }], { duration: 600 })
}

function patchAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !name.startsWith("data-live")) old.removeAttribute(name)
  }
}

const keyOf = node => (node.nodeType === 1 ? node.getAttribute("data-key") : null)

function patchNode(old, fresh) {
  if (old.nodeType === 3) {
    if (old.nodeValue !== fresh.nodeValue) {
      old.nodeValue = fresh.nodeValue
      const fading = old.parentElement?.closest("[data-fade]")
      if (fading) showChange(fading)
    }
    return
  }
  patchAttributes(old, fresh)
  if (!old.hasAttribute("data-clock")) patchChildren(old, fresh) // a clock's face is drawn by tick()
}

function patchChildren(old, fresh) {
  const keyed = new Map()
  for (const child of old.children) if (keyOf(child)) keyed.set(keyOf(child), child)
  let at = old.firstChild
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted)
    let match = key ? keyed.get(key) : at
    if (match && !key && (keyOf(match) || match.nodeType !== wanted.nodeType || match.nodeName !== wanted.nodeName)) {
      match = null
    }
    if (match) {
      if (match === at) at = at.nextSibling
      else old.insertBefore(match, at)
      patchNode(match, wanted)
    } else {
      old.insertBefore(wanted, at)
    }
  }
  while (at) {
    const next = at.nextSibling
    at.remove()
    at = next
  }
}

// Make the element's content that markup.
function render(element, markup) {
  const template = document.createElement("template")
  template.innerHTML = markup.source
  patchChildren(element, template.content)
}

const SHAPES = {
  red: '<rect x="1" y="1" width="18" height="18"/>',
  orange: '<path d="M10 1 L19.5 18.5 L0.5 18.5 Z"/>',
  yellow: '<path d="M10 0 L20 10 L10 20 L0 10 Z"/>',
  blue: '<circle cx="10" cy="10" r="9"/>',
  normal: '<rect x="1" y="1" width="18" height="18"/>',
}

// The level's shape: colour is never alone.
const levelMark = level => new Markup(`<svg class="mark ${SHAPES[level] ? level : "normal"}" viewBox="0 0 20 20">${SHAPES[level] ?? SHAPES.normal}</svg>`)
