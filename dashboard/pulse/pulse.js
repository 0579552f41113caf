// The browser's end of the pulse: how old the data are, whether the server and its database are there, when to draw
// anew and when to load the page afresh. The page hears of it once or twice a second by the event "gg:age" on document
// and by data attributes of the root; Streamlit hears only when something this viewer sees has changed.
//
// Wall PCs have wrong clocks, so ages are the server's plus the time since received, by performance.now().

const LOST_MS = 3500 // nothing heard by any way: an outage
const STEADY_MS = 1500 // a picture that could not be made for so long is an outage; a statement that failed once is none
const ASK_AGAIN_MS = 8000 // a redraw asked for and not come
const STUCK_ASKS = 4 // so many in a row: the session is lost
const RETURN_MS = 6500 // after an outage: a session that does not draw within it is lost
const RETURN_ASK_MS = 1500 // meanwhile it is asked so often: Streamlit drops what is asked while its socket is down
const DEAD_MS = 60_000 // nothing heard and nothing drawn: the page itself may be stuck
const SLEPT_MS = 3000 // the machine's clock ran ahead of the page's by so much at once
const EACH_MS = 150 // reloads of many screens follow each other at this pace
const SPREAD_MS = 30_000
const REATTACH_MS = 7000 // a server of another boot is given so long to draw the page in place, once it has a picture
const PAUSES_MS = { boot: 5000, release: 5000, session: 10_000, refused: 5000, waiting: 5000 }
const RELOAD_PAUSE_MS = 60_000
const REFUSED_MS = 15_000 // between two looks of a refused screen

class Pulse {
  constructor() {
    this.options = null
    this.facts = null
    this.receivedAt = null
    this.drawnAt = now()
    this.drawn = null // stamps of what is on the screen: of the picture, and of this page's view of it
    this.drawnView = null
    this.drawnSerial = 0
    this.askedAt = null
    this.asks = 0
    this.boot = null
    this.release = null
    this.streams = 1
    this.openedAt = now()
    this.troubleAt = null
    this.wish = null // { reason, at }: the page is to be loaded afresh
    this.isLost = false
    this.isReturning = false
    this.isWaking = false // slept, and not yet heard by a way that was opened since
    this.drift = Date.now() - now()
  }

  // Called at every redraw of the fragment: what it drew, and what the server knew then.
  redrawn(options, ask) {
    const first = this.options === null
    if (options.refused) return this.wait(options)
    this.options = options
    arrived(options.page)
    this.ask = ask
    this.drawnAt = now()
    this.askedAt = null
    this.asks = 0
    this.isReturning = false
    this.drawn = options.facts.stamp
    this.drawnView = options.stamp
    this.drawnSerial = options.facts.serial
    document.documentElement.dataset.ggDrawn = options.stamp ?? ""
    this.recognise(options.facts, true)
    // a redraw may have been on its way while the machine slept: how long, only the stream and its asking can tell
    const isNewer = !this.isWaking && options.facts.serverNow >= this.facts?.serverNow
    if (!this.facts || isNewer) this.take(options.facts)
    if (first) this.open()
    this.decide()
  }

  // Nothing is shown here: the address does not hold. It may hold again, or another one be given.
  wait(options) {
    if (this.options) this.close()
    this.options = options
    this.waiting ??= setInterval(() => this.reload("waiting"), REFUSED_MS)
  }

  open() {
    this.stream = new Stream(this.options.url, facts => this.heard(facts), () => this.refused())
    this.timer = setInterval(() => this.tick(), 500)
    this.leave = () => this.close()
    this.wake = () => this.tick()
    addEventListener("pagehide", this.leave)
    addEventListener("online", this.wake)
    document.addEventListener("resume", this.wake)
    document.addEventListener("visibilitychange", this.wake)
  }

  // The address was withdrawn: what is shown goes at once, the sentence about it comes with the page.
  refused() {
    document.documentElement.style.visibility = "hidden"
    this.reload("refused")
  }

  heard(facts) {
    this.isWaking = false
    this.recognise(facts)
    this.take(facts)
    if (this.isLost) this.returned()
    this.decide()
  }

  // By stream or by redraw, whichever comes first. A server started anew has lost this session; Streamlit's page comes
  // back to it and is drawn in place. Where that fails, or the code is of another release, the page is loaded afresh,
  // one screen after another.
  recognise(facts, isDrawn = false) {
    this.boot ??= facts.boot
    this.release ??= facts.release
    if (facts.streams > 1 && facts.boot === this.boot) this.streams = facts.streams
    const spread = Math.random() * Math.min(SPREAD_MS, (this.streams - 1) * EACH_MS)
    if (facts.release !== this.release) {
      if (this.wish?.reason !== "release") this.wish = { reason: "release", at: now() + spread }
    } else if (facts.boot !== this.boot && !isDrawn) {
      this.wish ??= { reason: "boot", at: now() + REATTACH_MS + spread }
    } else if (isDrawn) {
      this.boot = facts.boot
      if (this.wish?.reason === "boot") this.wish = null
    }
  }

  take(facts) {
    this.facts = facts
    this.receivedAt = now()
    if (!facts.trouble) this.troubleAt = null
    else this.troubleAt ??= now()
    this.show()
  }

  // The server is back after an outage: the session shows that it lives by drawing.
  returned() {
    this.isLost = false
    this.isReturning = true
    this.returnAskedAt = now()
    if (this.wish === null) this.redraw()
  }

  // The facts as of this moment: those received, aged by the time since.
  current() {
    return { ...this.facts, serverNow: this.facts.serverNow + now() - this.receivedAt }
  }

  // What keeps the screen from being true at this moment: "silent" where nothing is heard from the server, else the
  // code of its own trouble.
  outage() {
    if (this.isLost) return "silent"
    if (this.troubleAt === null) return ""
    return this.facts.trouble === "failing" && now() - this.troubleAt < STEADY_MS ? "" : this.facts.trouble
  }

  show() {
    if (!this.facts) return
    const facts = this.current()
    const since = moment => (moment == null ? null : Math.max(0, (facts.serverNow - moment) / 1000))
    const ageSeconds = since(facts.dataAt)
    const outage = this.outage()
    const root = document.documentElement
    root.dataset.ggAge = ageSeconds == null ? "" : ageSeconds.toFixed(1)
    root.dataset.ggSerial = String(facts.serial)
    root.dataset.ggView = facts.views?.[this.options?.view] ?? ""
    root.dataset.ggTrouble = facts.trouble
    root.dataset.ggOutage = outage
    const detail = {
      serverNow: facts.serverNow,
      dataAt: facts.dataAt,
      madeAt: facts.madeAt,
      ageSeconds,
      receivedAt: this.receivedAt,
      isLive: facts.isLive,
      trouble: facts.trouble,
      outage,
      sources: Object.fromEntries(Object.entries(facts.sources).map(([source, beatAt]) => [source, since(beatAt)])),
    }
    window.ggPulse = detail // for parts of the page that are mounted between two events
    document.dispatchEvent(new CustomEvent("gg:age", { detail }))
  }

  // A redraw only for what can be seen from here: by the stamp of this page's view, or where it has none, by the
  // picture's. An event overtaken by a redraw is no news, nor is a picture that is not there: the last one stays.
  hasNews() {
    if (!this.facts || this.facts.serial < this.drawnSerial) return false
    if (this.facts.serial === 0 && this.drawnSerial > 0) return false
    const view = this.facts.views?.[this.options.view]
    return view === undefined ? this.facts.stamp !== this.drawn : view !== this.drawnView
  }

  decide() {
    if (this.askedAt === null && this.wish === null && !this.isLost && this.hasNews()) this.redraw()
  }

  redraw() {
    if (isUnderWay()) return
    this.askedAt = now()
    this.asks += 1
    whenDrawn(() => {
      // meanwhile the page may be left, or what was drawn was all the news there was
      if (this.options && this.askedAt !== null && !isUnderWay()) this.ask("version", this.facts?.serial ?? 0)
    })
  }

  tick() {
    const t = now()
    this.noticeSleep(t)
    this.stream.tend()
    if (this.stream.silence > LOST_MS) {
      this.isLost = true
      this.askedAt = null
    }
    this.show()
    const isSilent = this.stream.silence > DEAD_MS && t - this.drawnAt > DEAD_MS
    if (isSilent) this.reload("silent")
    else if (this.wish !== null) this.fulfil(t)
    else if (this.askedAt !== null) this.press(t)
    else this.nightly(t)
  }

  // Only for a picture: the last one stays on the screen until the server has one.
  fulfil(t) {
    if (this.facts.serial === 0) this.wish.at = Math.max(this.wish.at, t + REATTACH_MS / 2)
    if (t >= this.wish.at && this.facts.serial > 0 && !this.isLost) this.reload(this.wish.reason)
  }

  // A redraw was asked for and has not come.
  press(t) {
    const patience = this.isReturning ? RETURN_MS + Math.min(SPREAD_MS, this.streams * EACH_MS) : ASK_AGAIN_MS
    if (this.isReturning && t - this.returnAskedAt > RETURN_ASK_MS) {
      this.returnAskedAt = t
      this.ask?.("version", this.facts.serial)
    }
    if (t - this.askedAt <= patience) return
    if (this.isReturning) this.reload("session")
    else if (this.asks >= STUCK_ASKS) this.reload("stuck")
    else this.redraw()
  }

  // While a machine sleeps performance.now() may stand still, so that all ages would be short by the night; its clock
  // tells. Where only that clock was put right, the server's answer mends the ages at once.
  noticeSleep(t) {
    const drift = Date.now() - t
    const slept = drift - this.drift
    this.drift = drift
    if (slept < SLEPT_MS) return
    if (this.receivedAt !== null) this.receivedAt -= slept
    this.isWaking = true
    this.stream.wakened()
  }

  // A page left on for days is loaded afresh once in the small hours of the store's day.
  nightly(t) {
    if (!this.options.nightlyHour || this.outage() || !this.facts?.serial || t - this.openedAt < 3 * 3_600_000) return
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
      if (elapsed >= 0 && elapsed < (PAUSES_MS[reason] ?? RELOAD_PAUSE_MS)) return
      const answer = await fetch(this.options.health, { cache: "no-store", signal: AbortSignal.timeout(5000) })
      if (!answer.ok) return
      sessionStorage.setItem("gg-reloaded", String(Date.now()))
      console.info("page loaded again:", reason)
      location.reload()
    } catch {
      // The server is away; the next tick tries again.
    } finally {
      setTimeout(() => (this.reloading = false), 1000)
    }
  }

  close() {
    clearInterval(this.timer)
    clearInterval(this.waiting)
    removeEventListener("pagehide", this.leave)
    removeEventListener("online", this.wake)
    document.removeEventListener("resume", this.wake)
    document.removeEventListener("visibilitychange", this.wake)
    this.stream?.close()
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
