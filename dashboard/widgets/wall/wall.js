// The wall: a header that answers the two-second questions, and scenes that fade into each other. Everything is drawn
// from the last data heard of; age and clocks run in the browser, so that the wall is honest when the server is gone.

const SHOW_EVENT = "wall:data"

class Wall {
  constructor(root, options) {
    this.root = root
    this.head = root.querySelector(".head")
    this.stage = root.querySelector(".stage")
    this.scenes = new Map()
    this.data = null
    this.late = ""
    this.rotation = new Rotation()
    this.configure(options)
    this.onData = () => this.take()
    this.onAge = event => this.heard(event.detail)
    this.onResize = () => this.draw()
    document.addEventListener(SHOW_EVENT, this.onData)
    document.addEventListener("gg:age", this.onAge)
    addEventListener("resize", this.onResize)
    // The page's styles may come after the wall and change every measure it was fitted by.
    this.measures = new ResizeObserver(() => this.sizeOfHead !== this.drawnAt && this.draw())
    this.measures.observe(this.head)
    this.take()
    this.timer = setInterval(() => this.tick(), 250)
  }

  configure(options) {
    this.options = options
    this.rotation.configure(options)
    this.words = options.words
    this.language = options.language
    this.root.lang = options.language
    sound.configure(Boolean(options.sound))
  }

  close() {
    clearInterval(this.timer)
    clearTimeout(this.cityTimer)
    document.removeEventListener(SHOW_EVENT, this.onData)
    document.removeEventListener("gg:age", this.onAge)
    removeEventListener("resize", this.onResize)
    this.measures.disconnect()
    sound.close()
  }

  // A new picture from the server.
  take() {
    const received = window.wallData
    if (!received || received === this.received) return
    this.received = received
    this.data = withFailures(received.panels)
    this.zone = this.data.zone
    if (clockState.base === null || received.now > serverNow()) setServerTime(received.now)
    clockState.fresh = Math.max(clockState.fresh ?? 0, this.data.made_at)
    this.rotation.retry(name => this.compose(name))
    sound.hear(this.data.reds)
    this.draw()
  }

  // The pulse: ages by the server's clock, once a second, also when nothing is drawn anew.
  heard(detail) {
    setServerTime(detail.serverNow)
    if (detail.dataAt !== null && detail.dataAt !== undefined) clockState.fresh = detail.dataAt
    clockState.outage = detail.outage ?? ""
    clockState.beats = detail.sources ?? {}
    clockState.beatsAt = performance.now()
  }

  get unit() {
    return Math.min(innerHeight / 135, innerWidth / 240)
  }

  get width() {
    return innerWidth / this.unit
  }

  get sizeOfHead() {
    const { width, height } = this.head.getBoundingClientRect()
    return `${width}x${height}`
  }

  get scene() {
    return this.rotation.scene
  }

  // What the head is drawn for; another state is another drawing.
  get state() {
    return `${latenessOf(this)} ${clockState.outage}`
  }

  draw() {
    if (!this.data) return
    const late = latenessOf(this)
    this.late = late
    this.drawnState = this.state
    document.documentElement.dataset.wallLate = late
    document.documentElement.dataset.wallLayout = layoutOf(this.width)
    this.root.dataset.late = late
    this.root.dataset.layout = layoutOf(this.width)
    while (!this.drawIt(this.scene));
    this.drawnAt = this.sizeOfHead
    this.root.dataset.size = `${innerWidth}x${innerHeight}`
    this.options.report(this.unit)
  }

  // Whether that scene stands; one that does not is out of the rotation, so that the next one is asked for. The plain
  // one comes last and stands whatever happens.
  drawIt(name) {
    let composed = null
    try {
      composed = this.compose(name)
      this.place(composed, name)
    } catch (error) {
      if (name === PLAIN) return true
      this.rotation.fail(name, error, composed !== null)
      return false
    }
    return true
  }

  // A scene as markup, nothing of it shown yet.
  compose(name) {
    const heading = isHeld(this) ? bandHead : layoutOf(this.width) === "triple" ? tripleHead : plainHead
    const head = (name === PLAIN && !isHeld(this) ? plainScene.head : heading)(this, name)
    const panels = name === PLAIN ? plainScene.panels : panelsOf(name, this.width, this)
    const body = html`${panels.map(([id, panel, at]) => html`
      <div class="panel panel-${id}" data-key="${id}" style="left:calc(${at.x.toFixed(2)} * var(--u));top:calc(${at.y} * var(--u));width:calc(${at.w.toFixed(2)} * var(--u));height:calc(${at.h.toFixed(2)} * var(--u))">${panel(this, at)}</div>`)}`
    return { head, body, hole: panels.find(([id]) => id === "map-hole")?.[2] }
  }

  place({ head, body, hole }, name) {
    this.drawn = name
    this.soundState = sound.state
    if (!this.scenes.has(name)) {
      const element = document.createElement("div")
      element.className = "scene"
      element.dataset.scene = name
      this.stage.append(element)
      this.scenes.set(name, element)
    }
    render(this.head, head)
    render(this.scenes.get(name), body)
    const style = document.documentElement.style
    if (hole) style.setProperty("--map-left", `calc(${hole.x.toFixed(2)} * var(--u))`)
    document.documentElement.dataset.wallMap = hole ? "shown" : "hidden"
    this.showScene(name)
    tickFaces(this.root, this)
    this.fit() // at once: what is drawn must never be seen before it fits
  }

  showScene(name) {
    for (const [other, element] of this.scenes) {
      if (element.classList.contains("shown") !== (other === name)) element.classList.toggle("shown", other === name)
    }
    playCity(this)
  }

  tick() {
    if (!this.data) return
    const second = Math.floor(serverNow() / 1000)
    if (second === this.second && this.drawnState === this.state) return
    this.second = second
    // Lines of time move slowly; a scene, a lateness or a passed deadline changes the drawing at once.
    if (this.drawn !== this.scene || this.drawnState !== this.state || this.soundState !== sound.state || second % 15 === 0) this.draw()
    else this.tickFaces()
    this.rotation.report()
  }

  tickFaces() {
    if (tickFaces(this.root, this)) this.fit()
  }

  // Text that is too wide is set tighter, then smaller; past that a list's title ends in an ellipsis.
  fit() {
    const texts = this.root.querySelectorAll(".scene.shown [data-fit], .head [data-fit]")
    const news = this.root.querySelectorAll(".scene.shown .latest")
    news.forEach(list => list.classList.remove("bare"))
    texts.forEach(uncut)
    texts.forEach(squeeze)
    news.forEach(makeRoom)
    for (const names of this.root.querySelectorAll(".scene.shown [data-names]")) dropNames(names)
    for (const beats of this.root.querySelectorAll(".scene.shown [data-beats]")) foldBeats(beats, this)
  }
}

// A panel the server could not make says so when it is asked for.
function withFailures(data) {
  const readers = (data.failed ?? []).map(name => [name, { get: () => { throw new Error(`${name} was not made`) } }])
  return Object.defineProperties({ ...data }, Object.fromEntries(readers))
}

const ruler = document.createRange()

// By the text's own width: scrollWidth is a whole number and would let half a pixel through.
function overflows(element, room = element.getBoundingClientRect().width) {
  ruler.selectNodeContents(element)
  return ruler.getBoundingClientRect().width > room + 0.6
}

const cuts = new WeakMap() // element -> its text in full and as cut

function uncut(element) {
  const cut = cuts.get(element)
  if (cut && element.textContent === cut.shown) element.textContent = cut.full
  element.style.letterSpacing = ""
}

function squeeze(element) {
  element.style.fontSize = ""
  element.style.letterSpacing = ""
  const isVerdict = element.classList.contains("verdict")
  // too long by the hair that `overflows` lets through it would end in an ellipsis: the verdict has to fit whole
  const room = element.getBoundingClientRect().width - (isVerdict ? 1.2 : 0)
  if (!overflows(element, room)) return
  element.style.letterSpacing = "-0.04em"
  if (!isVerdict && overflows(element)) element.style.fontSize = "var(--size-small)" // the smallest there is
  if (element.dataset.fit === "middle" && overflows(element)) cutMiddle(element)
  if (!isVerdict) return
  for (let size = 95; size >= 65 && overflows(element, room); size -= 5) {
    element.style.fontSize = `calc(${size / 100} * var(--size-verdict))`
  }
}

// A name too long gives way in its middle: what tells neighbours apart stands at its end.
function cutMiddle(element) {
  const whole = element.textContent
  const full = [...whole]
  const room = element.getBoundingClientRect().width // before the text, and with it the element, becomes shorter
  let low = 4, high = full.length - 1
  const shown = length => [...full.slice(0, Math.ceil(length * 0.6)), "…", ...full.slice(full.length - Math.floor(length * 0.4))].join("")
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    element.textContent = shown(middle)
    if (overflows(element, room)) high = middle - 1
    else low = middle
  }
  element.textContent = shown(low)
  cuts.set(element, { full: whole, shown: element.textContent })
}

// What a case is comes before who told of it: where a title would be cut, the channels give way.
function makeRoom(list) {
  const titles = [...list.querySelectorAll(".title")]
  if (!titles.some(title => overflows(title))) return
  list.classList.add("bare")
  titles.forEach(squeeze)
}

// As many names as fit on the line, whole ones only.
function dropNames(element) {
  const names = [...element.children]
  names.forEach(name => (name.hidden = false))
  const room = element.getBoundingClientRect().width - 0.6 // what is cut by a hair already ends in an ellipsis
  for (let last = names.length - 1; last > 0 && overflows(element, room); last -= 1) names[last].hidden = true
}

// Too many sources for one line: those that are late are named first, the rest counted.
function foldBeats(element) {
  const rest = element.querySelector(".rest")
  const beats = [...element.children].filter(child => child !== rest)
  beats.forEach(beat => (beat.hidden = false))
  rest.hidden = true
  squeeze(element)
  if (!overflows(element)) return
  rest.hidden = false
  const rank = beat => (beat.querySelector(".over") ? 0 : 1)
  const order = [...beats].sort((one, other) => rank(one) - rank(other))
  for (let last = order.length - 1; last > 0 && overflows(element); last -= 1) {
    order[last].hidden = true
    rest.textContent = `+${order.length - last}`
  }
}

const verdictPart = part => html`<span class="part ${part.calm ? "calm" : part.mode ? "mode" : ""}">${part.level && levelMark(part.level)}${part.pieces.map(piece =>
  piece.tag ? html`<b class="tag" data-fade>${piece.tag}</b>` : html`<span>${piece.t}</span>`)}</span>`

const crumbs = (wall, list) => html`<div class="crumbs">${list.map(crumb => (crumb.tag ? html`<b class="tag">${crumb.t}</b>` : html`<span data-fit>${crumb.t}</span>`))}${soundMark(wall)}</div>`

const clockBlock = () => html`<div class="stamp"><span data-clock="date"></span><b data-clock="time"></b></div>`

function plainHead(wall, scene) {
  const { crumbs: list, verdict } = wall.data.head[scene]
  return html`<div class="plain" data-key="plain">
    <div class="say">${crumbs(wall, list)}<div class="verdict" data-fit>${verdict.map(verdictPart)}</div></div>
    ${ageBlock(wall)}${clockBlock()}
  </div>`
}

// What must be done now is always said: on the left, or on the right where the left is about something else.
function tripleHead(wall, scene) {
  const [first, last] = scene === "overview" ? ["overview", "ranking"] : [scene, "overview"]
  const said = (name, from) => {
    const { crumbs: list, verdict } = wall.data.head[name]
    return html`<div class="plain"><div class="say">${crumbs(wall, list.slice(from))}<div class="verdict" data-fit>${verdict.map(verdictPart)}</div></div></div>`
  }
  return html`<div class="three" data-key="three">
    ${said(first, 0)}
    <div class="plain"><div class="say">${ageBlock(wall)}</div>${clockBlock()}</div>
    ${said(last, 1)}
  </div>`
}

function bandHead(wall) {
  const words = wall.words
  const known = html`<div class="known"><span>${words.lastKnown}</span><b>${(wall.data.known ?? []).map(line => html`<span>${line}</span>`)}</b></div>`
  const said = bandSentences(wall)
  if (layoutOf(wall.width) === "triple") {
    return html`<div class="three band" data-key="band3"><div class="plain">${said}</div><div class="plain">${known}${clockBlock()}</div><div class="plain">${said}</div></div>`
  }
  return html`<div class="plain band" data-key="band">${said}${known}${clockBlock()}</div>`
}

const walls = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const options = {
    ...data,
    // The map's zoom is worked out on the server: it needs the size of one u, told once and when the screen changes.
    report(unit) {
      const rounded = Math.round(unit * 1000) / 1000
      if (rounded === this.told || !window.wallData) return
      if (Math.abs(rounded - window.wallData.unit) > 0.002) {
        this.told = rounded
        setStateValue("unit", rounded)
      }
    },
    fail: failed => setStateValue("failed", failed),
  }
  const root = parentElement.querySelector(".wall")
  if (walls.has(parentElement)) {
    walls.get(parentElement).configure(options)
    walls.get(parentElement).draw()
  } else {
    walls.set(parentElement, new Wall(root, options))
  }
  return () => {
    walls.get(parentElement)?.close()
    walls.delete(parentElement)
  }
}
