// Whose turn it is, by the server's clock, so that walls side by side agree; and which scenes are left out because
// they cannot be drawn. Such a scene is tried again with every picture, and the server hears of it by name.

const TELL_MS = 10_000 // between two reports
const TRY_MS = 60_000 // a scene that broke while it was laid out rests so long
const FALLBACK = "overview", PLAIN = "plain"

class Rotation {
  constructor() {
    this.failing = new Map() // scene -> { reason, rests }
    this.toldAt = -TELL_MS
    this.told = "[]"
  }

  configure({ scenes, seconds, fail }) {
    this.turns = scenes.map((scene, index) => ({ scene, seconds: seconds[index] }))
    this.tell = fail
  }

  get scene() {
    const turns = this.turns.filter(turn => !this.failing.has(turn.scene))
    if (turns.length === 0) return this.failing.has(FALLBACK) ? PLAIN : FALLBACK
    let rest = (serverNow() / 1000) % turns.reduce((sum, turn) => sum + turn.seconds, 0)
    return (turns.find(turn => (rest -= turn.seconds) < 0) ?? turns[0]).scene
  }

  // rests: what broke only once it stood in the page cannot be tried unseen.
  fail(scene, error, rests) {
    console.error(`scene ${scene} cannot be drawn`, error)
    this.failing.set(scene, { reason: String(error?.message ?? error), rests: rests ? performance.now() + TRY_MS : 0 })
    this.report()
  }

  // compose: makes a scene without showing it, throws where it cannot.
  retry(compose) {
    for (const [scene, { rests }] of [...this.failing]) {
      if (performance.now() < rests) continue
      try {
        compose(scene)
        this.failing.delete(scene)
      } catch (error) {
        this.failing.get(scene).reason = String(error?.message ?? error)
      }
    }
    this.report()
  }

  // Called often; sends what has changed, and not often.
  report() {
    const now = JSON.stringify([...this.failing].map(([scene, { reason }]) => [scene, reason]))
    if (now === this.told || performance.now() - this.toldAt < TELL_MS) return
    this.told = now
    this.toldAt = performance.now()
    this.tell(JSON.parse(now))
  }
}

// Nothing can be drawn but this: what is known in words, and the time.
const plainScene = {
  panels: [],
  head: wall => {
    const said = wall.data.known ?? []
    return html`<div class="plain" data-key="plain"><div class="say"><div class="crumbs"><span>${wall.words.plain}</span></div>
      <div class="verdict" data-fit>${said.map(line => html`<span class="part">${line}</span>`)}</div></div>
      ${ageBlock(wall)}${clockBlock()}</div>`
  },
}
