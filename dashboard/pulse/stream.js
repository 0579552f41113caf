// How the page hears from the server. One event stream per browser: tabs elect the one that holds it and pass its events
// on by BroadcastChannel. While the stream is silent the page asks plainly, so that a proxy that holds events back, or a
// tab that fell asleep with the stream in its hands, is not taken for an outage.

const ASK_AFTER_MS = 2500 // silence of the stream before the page asks by itself
const ANSWER_WITHIN_MS = 2000
const ASK_PAUSE_MS = 1000
const REOPEN_AFTER_MS = 5000 // a stream silent for so long is opened anew; each time in vain waits longer
const REOPEN_LONGEST_MS = 60_000
const LEADER_LOST_MS = 6000

const now = () => performance.now()

class Stream {
  // heard(facts): by stream, from another tab or on asking. refused(): this screen's address no longer holds.
  constructor(path, heard, refused) {
    const url = new URL(path, document.baseURI)
    if (url.origin !== location.origin) throw new Error("the pulse is on another origin")
    this.url = url.href
    this.tell = heard
    this.refused = refused
    this.tab = Math.random().toString(36).slice(2)
    this.leader = null
    this.leaderSeenAt = now()
    this.heardAt = now() // by any way
    this.streamAt = now() // the last event, or the last attempt to have some
    this.inVain = 0
    if (typeof BroadcastChannel === "function") {
      this.channel = new BroadcastChannel("gg-pulse " + url.pathname)
      this.channel.onmessage = event => this.passed(event.data)
      this.channel.postMessage({ kind: "who", from: this.tab })
      // A short wait: a tab that already holds the stream answers within it.
      this.election = setTimeout(() => this.leader === null && this.lead(), 80 + Math.random() * 120)
    } else {
      this.lead()
    }
  }

  get silence() {
    return now() - this.heardAt
  }

  lead() {
    this.leader = this.tab
    this.leaderSeenAt = this.streamAt = now()
    this.post({ kind: "lead", from: this.tab })
    this.source?.close()
    this.source = new EventSource(this.url)
    this.source.onmessage = event => {
      const facts = JSON.parse(event.data)
      this.inVain = 0
      this.streamAt = now()
      this.post({ kind: "pulse", from: this.tab, facts })
      this.heard(facts)
    }
    this.source.addEventListener("refused", () => this.refused())
  }

  follow(leader) {
    this.leader = leader
    this.leaderSeenAt = now()
    if (leader !== this.tab) {
      this.source?.close()
      this.source = null
    }
  }

  heard(facts) {
    this.heardAt = now()
    this.tell(facts)
  }

  post(message) {
    this.channel?.postMessage(message)
  }

  passed(message) {
    if (message.from === this.tab) return
    if (message.kind === "who") {
      if (this.leader === this.tab) this.post({ kind: "lead", from: this.tab })
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

  // Called twice a second.
  tend() {
    const t = now()
    if (this.silence > ASK_AFTER_MS) this.ask()
    if (this.leader !== this.tab) {
      if (t - this.leaderSeenAt > LEADER_LOST_MS) this.lead()
    } else if (t - this.streamAt > Math.min(REOPEN_AFTER_MS * 2 ** this.inVain, REOPEN_LONGEST_MS)) {
      this.inVain += 1
      this.lead()
    }
  }

  async ask() {
    if (this.asking) return
    this.asking = true
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), ANSWER_WITHIN_MS)
    try {
      const answer = await fetch(this.url + "?once", { cache: "no-store", signal: limit.signal })
      if (answer.status === 403) this.refused()
      else if (answer.ok) this.heard(await answer.json())
    } catch {
      // The server is away: the silence says so.
    } finally {
      clearTimeout(timer)
      setTimeout(() => (this.asking = false), ASK_PAUSE_MS)
    }
  }

  // The machine slept or the network changed: what was heard is old, whatever the page's clock says.
  wakened() {
    this.heardAt = -Infinity
    this.inVain = 0
    if (this.leader === this.tab) this.lead()
    this.ask()
  }

  close() {
    clearTimeout(this.election)
    if (this.leader === this.tab) this.post({ kind: "bye", from: this.tab })
    this.leader = null
    this.channel?.close()
    this.channel = null
    this.source?.close()
    this.source = null
  }
}
