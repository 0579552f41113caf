// A short tone for each new red case, made here and not fetched. Off unless the address asks for it. What is there when
// the page opens is known already; a case that is drawn again is not new.

const TONE = { seconds: 0.9, pause: 1.1, most: 3, hertz: [880, 660] }

class Sound {
  constructor() {
    this.known = null
    this.context = null
    this.allow = () => this.context?.resume()
  }

  configure(isOn) {
    if (isOn === Boolean(this.context) || typeof AudioContext !== "function") return
    if (isOn) {
      this.context = new AudioContext()
      addEventListener("pointerdown", this.allow)
      addEventListener("keydown", this.allow)
    } else {
      this.close()
    }
  }

  close() {
    removeEventListener("pointerdown", this.allow)
    removeEventListener("keydown", this.allow)
    this.context?.close()
    this.context = null
  }

  // "" off, "on", or "blocked": the browser waits for a click.
  get state() {
    if (!this.context) return ""
    return this.context.state === "running" ? "on" : "blocked"
  }

  // The open red cases of a new picture.
  hear(reds) {
    const fresh = this.known ? reds.filter(id => !this.known.has(id)) : []
    this.known = new Set([...(this.known ?? []), ...reds].slice(-5000))
    if (this.state !== "on") return
    fresh.slice(0, TONE.most).forEach((_, index) => this.tone(this.context.currentTime + index * TONE.pause))
  }

  tone(at) {
    const loudness = this.context.createGain()
    loudness.connect(this.context.destination)
    loudness.gain.setValueAtTime(0.0001, at)
    loudness.gain.exponentialRampToValueAtTime(0.3, at + 0.03)
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + TONE.seconds)
    const voice = this.context.createOscillator()
    voice.type = "sine"
    voice.frequency.setValueAtTime(TONE.hertz[0], at)
    voice.frequency.setValueAtTime(TONE.hertz[1], at + TONE.seconds * 0.45)
    voice.connect(loudness)
    voice.start(at)
    voice.stop(at + TONE.seconds)
  }
}

const sound = new Sound()

const soundMark = wall => sound.state && html`<span data-key="sound" class="${sound.state === "blocked" ? "blocked" : ""}">${wall.words.sound[sound.state]}</span>`
