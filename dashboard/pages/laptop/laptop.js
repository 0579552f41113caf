// One region of a laptop page: markup made by the server, patched so that what did not change stays still; clocks and
// ages run here. Clicks on data-go are told to the server instead of loading the page anew; the address says the same.

const LATE_AFTER = 30, DEAD_AFTER = 120 // seconds

// Moments the server last told of; until then what stands in the markup stays.
const told = { dataAt: null, madeAt: null }
const moment = name => (face, page) => {
  if (told[name] === null) return face.textContent
  return fill(page.words[name], { time: hourMinuteSecond(told[name], page.zone) })
}
FACES.asOf = moment("dataAt")
FACES.refreshed = moment("madeAt")

class Region {
  constructor(root) {
    this.root = root
    this.onAge = event => this.heard(event.detail)
    document.addEventListener("gg:age", this.onAge)
    root.addEventListener("click", event => this.clicked(event))
    root.addEventListener("change", event => event.target.matches("select[data-set]") && this.set(event.target))
    // a date is complete in the middle of typing it: taken when the viewer leaves it or presses Enter
    root.addEventListener("focusout", event => event.target.matches("input[data-set]") && this.set(event.target))
    root.addEventListener("submit", event => event.preventDefault())
    root.addEventListener("keydown", event => event.key === "Enter" && event.target.matches("input[data-set]") && this.set(event.target))
    root.addEventListener("input", event => event.target.matches("[data-replay]") && this.replayed(event.target, false))
    root.addEventListener("change", event => event.target.matches("[data-replay]") && this.replayed(event.target, true))
    this.onKey = event => this.pressed(event)
    addEventListener("keydown", this.onKey)
    this.onResize = () => this.report()
    addEventListener("resize", this.onResize)
    if (window.ggPulse) this.heard(window.ggPulse)
  }

  configure(data, tell, keep) {
    this.page = data.page // none: before Streamlit's code has come
    if (this.page) arrived(this.page)
    this.words = data.words
    this.zone = data.zone
    this.now = data.now
    this.language = data.language
    this.reports = data.reports
    this.tell = tell
    this.keep = keep
    render(this.root, new Markup(data.html))
    for (const control of this.root.querySelectorAll("[data-set], [data-replay]")) this.reset(control)
    for (const button of this.root.querySelectorAll("button[data-act]")) button.disabled = false
    this.tick()
    this.showHere()
    this.report()
  }

  // Where the row of pages is longer than the screen, the open one is moved into sight, once for each page.
  showHere() {
    const row = this.root.querySelector("header nav"), here = row?.querySelector(".here")
    if (!here || this.here === here.textContent) return
    this.here = here.textContent
    const [room, place] = [row.getBoundingClientRect(), here.getBoundingClientRect()]
    row.scrollLeft += place.left - room.left - (room.width - place.width) / 2
  }

  heard(detail) {
    setServerTime(detail.serverNow)
    clockState.fresh = detail.dataAt
    this.live = detail.isLive !== false
    clockState.outage = detail.outage ?? ""
    told.dataAt = detail.dataAt
    told.madeAt = detail.madeAt
    clockState.beats = detail.sources ?? {}
    clockState.beatsAt = performance.now()
    this.tick()
  }

  tick() {
    if (!this.words) return
    const age = dataAge()
    const late = !this.live || age === null ? "" : age >= DEAD_AFTER ? "dead" : age >= LATE_AFTER ? "late" : ""
    if (this.root.dataset.late !== late) this.root.dataset.late = late
    if (this.root.dataset.outage !== clockState.outage) this.root.dataset.outage = clockState.outage
    tickFaces(this.root, this)
  }

  // The bar of a day: while it is moved its time is told, where it is let go the page looks back from there.
  replayed(bar, isLetGo) {
    const time = `${two(Math.floor(bar.value / 60))}:${two(bar.value % 60)}`
    const face = bar.parentElement.querySelector("[data-replayed]")
    if (face.textContent !== time) face.textContent = time
    if (isLetGo) this.go(bar.dataset.replay.replace("TIME", encodeURIComponent(time)))
  }

  // Half an hour a step, as soon as the step before is drawn; at the end of the bar it stops.
  play(button) {
    const stop = () => {
      clearInterval(this.playing)
      this.playing = null
      button.setAttribute("aria-pressed", "false")
    }
    if (this.playing) return stop()
    button.setAttribute("aria-pressed", "true")
    let asked = null
    this.playing = setInterval(() => {
      const bar = this.root.querySelector("[data-replay]")
      if (!bar) return stop()
      if (asked !== null && bar.getAttribute("value") !== asked) return
      const next = Math.min(Number(bar.getAttribute("value")) + 30, Number(bar.max))
      if (String(next) === bar.getAttribute("value")) return stop()
      asked = String(next)
      bar.value = asked
      this.replayed(bar, true)
    }, 900)
  }

  clicked(event) {
    if (event.target.closest("[data-print]")) return print()
    const button = event.target.closest("button[data-act]")
    if (button) {
      // once: the page drawn next says what came of it
      for (const each of this.root.querySelectorAll("button[data-act]")) each.disabled = true
      whenDrawn(() => isUnderWay() || this.tell("act", button.dataset.act))
      return
    }
    const player = event.target.closest("[data-play]")
    if (player) return this.play(player)
    const link = event.target.closest("[data-go]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return
    event.preventDefault()
    this.go(link.dataset.go)
  }

  // On a meeting's screen keys lead where a link says so; not while somebody types.
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].matches?.("input, select, textarea, button")) return
    const link = this.root.querySelector(`[data-key~="${event.key === " " ? "Space" : CSS.escape(event.key)}"]`)
    if (!link) return
    event.preventDefault()
    this.go(link.dataset.go)
  }

  go(address) {
    // the server hears nothing yet, or nothing more from a page that is being left
    if (!this.page || isUnderWay()) return location.assign(address)
    setOut(address, false)
    whenDrawn(() => way.isStep || this.tell("go", address)) // a step back meanwhile takes its place
  }

  // A control was set: where that leads stands in the address of its form, with the control's word put in.
  set(control) {
    const form = control.closest("[data-here]")
    if (!form || control.value === this.said(control)) return
    const [page, query] = form.dataset.here.split("?")
    const words = new URLSearchParams(query)
    const days = [...form.querySelectorAll("input[type=date]")]
    for (const each of days.includes(control) ? days : [control]) {
      if (each.value) words.set(each.dataset.set, each.value)
      else words.delete(each.dataset.set)
    }
    this.go(`${page}?${words}`)
  }

  said(control) {
    if (control.matches("select")) return control.querySelector("option[selected]")?.value ?? control.options[0]?.value
    return control.getAttribute("value") ?? ""
  }

  // What the server says a control holds, unless the viewer is at it.
  reset(control) {
    if (control !== this.root.getRootNode().activeElement && control.value !== this.said(control)) control.value = this.said(control)
  }

  // The window's size decides how many rows there is room for; told once and when it has changed.
  report() {
    if (!this.reports) return
    const size = `${Math.round(innerWidth / 20) * 20}x${Math.round(innerHeight / 20) * 20}`
    if (size === this.reported || size === this.reports) return
    this.reported = size
    clearTimeout(this.reporting)
    this.reporting = setTimeout(() => whenDrawn(() => isUnderWay() || this.keep("screen", size)), 60)
  }

  close() {
    clearInterval(this.playing)
    document.removeEventListener("gg:age", this.onAge)
    removeEventListener("resize", this.onResize)
    removeEventListener("keydown", this.onKey)
  }
}

const regions = new WeakMap()

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const root = parentElement.querySelector(".region")
  if (!root) return
  if (!regions.has(root)) regions.set(root, new Region(root))
  const region = regions.get(root)
  region.configure(data, setTriggerValue, setStateValue)
  return () => region.close()
}
