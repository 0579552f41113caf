// The browser's end of the pulse. One event stream per browser: tabs elect the one that holds it and pass its
// events on by BroadcastChannel. The page hears of the data's age through the event "gg:age" on document and
// document.documentElement.dataset.ggAge; Streamlit hears only when something this viewer sees has changed.
//
// Wall PCs have wrong clocks, so ages are the server's plus the time since received, by performance.now().

const SILENT_MS = 25_000 // two and a half keep-alives: the stream counts as silent
const FALLBACK_MS = 15_000 // between two redraws asked for while it is
const DEAD_MS = 60_000 // neither stream nor redraw: the page itself may be stuck
const ASK_AGAIN_MS = 8_000 // a redraw asked for and not come
const STUCK_ASKS = 4 // so many in a row: the session is lost
const LEADER_LOST_MS = 15_000
const RELOAD_PAUSE_MS = 60_000
const BOOT_PAUSE_MS = 5_000

const now = () => performance.now()

class Pulse {
  constructor() {
    this.tab = Math.random().toString(36).slice(2)
    this.options = null
    this.ask = null
    this.facts = null
    this.receivedAt = null
    this.heardAt = now() // last event of the stream, own or passed on
    this.drawnAt = now()
    this.drawn = null // stamps of what is on the screen: of the picture, and of this page's view of it
    this.drawnView = null
    this.drawnSerial = 0
    this.askedAt = null
    this.asks = 0
    this.boot = null
    this.openedAt = now()
    this.leader = null
    this.leaderSeenAt = now()
    this.source = null
    this.timer = null
  }

  // Called at every redraw of the fragment: what it drew, and what the server knew then.
  redrawn(options, ask) {
    const first = this.options === null
    this.options = options
    this.ask = ask
    this.drawnAt = now()
    this.askedAt = null
    this.asks = 0
    this.drawn = options.facts.stamp
    this.drawnView = options.stamp
    this.drawnSerial = options.facts.serial
    document.documentElement.dataset.ggDrawn = options.stamp ?? ""
    this.recognise(options.facts)
    if (!this.facts || options.facts.serverNow >= this.facts.serverNow) this.take(options.facts)
    if (first) this.open()
    this.decide()
  }

  open() {
    const path = new URL(this.options.url, document.baseURI)
    if (path.origin !== location.origin) return
    this.url = path.href
    if (typeof BroadcastChannel === "function") {
      this.channel = new BroadcastChannel("gg-pulse " + path.pathname)
      this.channel.onmessage = event => this.passed(event.data)
      this.channel.postMessage({ kind: "who", from: this.tab })
      // A short wait: a tab that already holds the stream answers within it.
      this.election = setTimeout(() => this.leader === null && this.lead(), 80 + Math.random() * 120)
    } else {
      this.lead()
    }
    this.timer = setInterval(() => this.tick(), 1000)
    this.leave = () => this.close()
    addEventListener("pagehide", this.leave)
  }

  lead() {
    this.leader = this.tab
    this.leaderSeenAt = now()
    this.post({ kind: "lead", from: this.tab })
    this.source?.close()
    this.source = new EventSource(this.url)
    this.source.onmessage = event => {
      const facts = JSON.parse(event.data)
      this.post({ kind: "pulse", from: this.tab, facts })
      this.heard(facts)
    }
  }

  follow(leader) {
    this.leader = leader
    this.leaderSeenAt = now()
    if (leader !== this.tab) {
      this.source?.close()
      this.source = null
    }
  }

  post(message) {
    this.channel?.postMessage(message)
  }

  passed(message) {
    if (message.from === this.tab) return
    if (message.kind === "who") {
      if (this.leader === this.tab) {
        this.post({ kind: "lead", from: this.tab })
        if (this.facts) this.post({ kind: "pulse", from: this.tab, facts: this.current() })
      }
    } else if (message.kind === "bye") {
      if (this.leader === message.from) {
        this.leader = null
        setTimeout(() => this.leader === null && this.lead(), Math.random() * 200)
      }
    } else if (message.kind === "lead" || message.kind === "pulse") {
      // Two leaders: the smaller name keeps the stream.
      if (this.leader === this.tab && this.tab < message.from) this.post({ kind: "lead", from: this.tab })
      else this.follow(message.from)
      if (message.kind === "pulse") this.heard(message.facts)
    }
  }

  heard(facts) {
    this.heardAt = now()
    this.recognise(facts)
    this.take(facts)
    this.decide()
  }

  // By stream or by redraw, whichever comes first: a server started anew has lost this session, and the page may be of
  // an older release.
  recognise(facts) {
    if (this.boot !== null && facts.boot !== this.boot) this.mustReload = true
    this.boot = facts.boot
  }

  take(facts) {
    this.facts = facts
    this.receivedAt = now()
    this.show()
  }

  // The facts as of this moment: those received, aged by the time since.
  current() {
    const passed = now() - this.receivedAt
    return { ...this.facts, serverNow: this.facts.serverNow + passed }
  }

  age() {
    if (this.facts?.dataAt == null) return null
    return Math.max(0, (this.current().serverNow - this.facts.dataAt) / 1000)
  }

  show() {
    if (!this.facts) return
    const facts = this.current()
    const ageSeconds = this.age()
    const sources = {}
    for (const [source, beatAt] of Object.entries(facts.sources)) {
      sources[source] = beatAt == null ? null : Math.max(0, (facts.serverNow - beatAt) / 1000)
    }
    const root = document.documentElement
    root.dataset.ggAge = ageSeconds == null ? "" : ageSeconds.toFixed(1)
    root.dataset.ggSerial = String(facts.serial)
    root.dataset.ggView = facts.views?.[this.options?.view] ?? ""
    root.dataset.ggTrouble = facts.trouble
    const detail = {
      serverNow: facts.serverNow,
      dataAt: facts.dataAt,
      madeAt: facts.madeAt,
      ageSeconds,
      receivedAt: this.receivedAt,
      isLive: facts.isLive,
      trouble: facts.trouble,
      sources,
    }
    window.ggPulse = detail // for parts of the page that are mounted between two events
    document.dispatchEvent(new CustomEvent("gg:age", { detail }))
  }

  // A redraw only for what can be seen from here: by the stamp of this page's view, or where it has none, by the
  // picture's. An event overtaken by a redraw is no news.
  hasNews() {
    if (!this.facts || this.facts.serial < this.drawnSerial) return false
    const view = this.facts.views?.[this.options.view]
    return view === undefined ? this.facts.stamp !== this.drawn : view !== this.drawnView
  }

  decide() {
    if (this.askedAt === null && this.hasNews()) this.redraw()
  }

  redraw() {
    this.askedAt = now()
    this.asks += 1
    this.ask?.("version", this.facts?.serial ?? 0)
  }

  tick() {
    this.show()
    const t = now()
    if (this.mustReload) this.reload("boot")
    if (this.leader !== this.tab && t - this.leaderSeenAt > LEADER_LOST_MS) this.lead()
    if (this.source?.readyState === EventSource.CLOSED && t - this.leaderSeenAt > 3000) this.lead()
    const silent = t - this.heardAt > SILENT_MS
    if (this.askedAt !== null && t - this.askedAt > ASK_AGAIN_MS) {
      if (this.asks >= STUCK_ASKS && !silent) this.reload("stuck")
      else this.redraw()
    } else if (silent && this.askedAt === null && t - this.drawnAt > FALLBACK_MS) {
      this.redraw()
    }
    if (t - Math.max(this.heardAt, this.drawnAt) > DEAD_MS) this.reload("silent")
    this.nightly(t)
  }

  // A page left on for days is loaded afresh once in the small hours of the store's day.
  nightly(t) {
    if (!this.options.nightlyHour || !this.facts || t - this.openedAt < 3 * 3_600_000) return
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: this.options.timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).format(this.current().serverNow)
    const [hour, minute] = clock.split(":").map(Number)
    this.nightlyMinute ??= Math.floor(Math.random() * 50)
    if (hour === this.options.nightlyHour && minute >= this.nightlyMinute) this.reload("nightly")
  }

  // Load the page again, but only once the server answers, and not over and over.
  async reload(reason) {
    if (this.reloading) return
    this.reloading = true
    try {
      const elapsed = Date.now() - Number(sessionStorage.getItem("gg-reloaded") ?? 0)
      if (elapsed >= 0 && elapsed < (reason === "boot" ? BOOT_PAUSE_MS : RELOAD_PAUSE_MS)) return
      const answer = await fetch(this.options.health, { cache: "no-store" })
      if (!answer.ok) return
      sessionStorage.setItem("gg-reloaded", String(Date.now()))
      console.info("page loaded again:", reason)
      location.reload()
    } catch {
      // The server is away; the next tick tries again.
    } finally {
      setTimeout(() => (this.reloading = false), 2000)
    }
  }

  close() {
    clearInterval(this.timer)
    clearTimeout(this.election)
    removeEventListener("pagehide", this.leave)
    if (this.leader === this.tab) this.post({ kind: "bye", from: this.tab })
    this.channel?.close()
    this.channel = null
    this.source?.close()
    this.source = null
    this.leader = null
    this.options = null
  }
}

const pulses = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  if (!pulses.has(parentElement)) pulses.set(parentElement, new Pulse())
  const pulse = pulses.get(parentElement)
  pulse.redrawn(data, setTriggerValue)
  return () => {
    pulse.close()
    pulses.delete(parentElement)
  }
}
