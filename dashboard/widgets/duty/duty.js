// The duty desk on a phone: markup made by the server, patched so that what is being typed stays; clocks run here. A case
// that was confirmed waits for the picture that says so, and is told again with the next one until then.

const LATE_AFTER = 30 // seconds
const GIVE_UP_MS = 12_000

FACES.unseen = (face, page) =>
  fill(page.words.unseen, { time: running((serverNow() - Number(face.getAttribute("data-at"))) / 1000, page.words) })

class Desk {
  constructor(root) {
    this.root = root
    this.pending = new Map() // case -> when it was confirmed
    this.onAge = event => this.heard(event.detail)
    document.addEventListener("gg:age", this.onAge)
    root.addEventListener("click", event => this.clicked(event))
    root.addEventListener("submit", event => this.submitted(event))
    if (window.ggPulse) this.heard(window.ggPulse)
    this.timer = setInterval(() => this.tick(), 1000)
  }

  configure(data, tell) {
    this.words = data.words
    this.zone = data.zone
    this.language = data.language
    this.tell = tell
    for (const id of data.failed) this.pending.delete(id)
    this.root.lang = data.language
    render(this.root, new Markup(data.html))
    this.wait()
    this.tick()
  }

  heard(detail) {
    setServerTime(detail.serverNow)
    clockState.fresh = detail.dataAt
    this.live = detail.isLive !== false
    this.tick()
  }

  tick() {
    if (!this.words) return
    const age = dataAge()
    this.root.dataset.late = this.live !== false && age !== null && age >= LATE_AFTER ? "late" : ""
    tickFaces(this.root, this)
    this.wait()
  }

  // Buttons of cases under way; one that no picture has taken in for long may be pressed again.
  wait() {
    for (const [id, since] of this.pending) {
      const button = this.root.querySelector(`button[data-case="${id}"]`)
      if (!button || performance.now() - since > GIVE_UP_MS) this.pending.delete(id)
    }
    for (const button of this.root.querySelectorAll("button[data-case]")) {
      const waits = this.pending.has(button.dataset.case)
      button.disabled = waits
      const face = button.querySelector("span")
      const text = waits ? this.words.pending : button.dataset.word
      if (face.textContent !== text) face.textContent = text
    }
  }

  clicked(event) {
    if (event.target.closest(".jump")) this.root.querySelector("form.shift")?.scrollIntoView({ block: "center" })
    const button = event.target.closest("button[data-case]")
    if (!button || button.disabled) return
    this.pending.set(button.dataset.case, performance.now())
    this.wait()
    this.tell("acknowledge", [...this.pending.keys()].join(","))
  }

  submitted(event) {
    event.preventDefault()
    const form = event.target
    const value = name => form.elements[name].value.trim()
    if (!value("to")) return
    form.querySelector("button").disabled = true
    setTimeout(() => { if (form.isConnected) form.querySelector("button").disabled = false }, 4000)
    this.tell("handover", JSON.stringify({ from: value("from"), to: value("to"), note: value("note") }))
  }

  close() {
    clearInterval(this.timer)
    document.removeEventListener("gg:age", this.onAge)
  }
}

const desks = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".desk")
  if (!root) return
  if (!desks.has(root)) desks.set(root, new Desk(root))
  desks.get(root).configure(data, setTriggerValue)
  return () => desks.get(root)?.close()
}
