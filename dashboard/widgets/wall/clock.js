// Time on the wall: the server's clock plus the time passed since it was heard, never the wall PC's own clock.
// Faces are elements with data-clock; tick() writes them once a second.

const clockState = { base: null, at: 0, fresh: null, outage: "", beats: {}, beatsAt: 0 }

function setServerTime(milliseconds) {
  clockState.base = milliseconds
  clockState.at = performance.now()
}

const serverNow = () => (clockState.base === null ? Date.now() : clockState.base + performance.now() - clockState.at)

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "")
const two = number => String(number).padStart(2, "0")

// 8:05, 1:40:03, 2 d 03 h
function running(seconds, words) {
  const whole = Math.floor(Math.abs(seconds))
  const hours = Math.floor(whole / 3600)
  if (hours >= 24) return fill(words.daysHours, { days: Math.floor(hours / 24), hours: two(hours % 24) })
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return hours ? `${hours}:${rest}` : rest.replace(/^0/, "")
}

// 2 s, 3:09, 5 h, 2 d
function shortAge(seconds, words) {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return fill(words.seconds, { n: whole })
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`
  if (whole < 86400) return fill(words.hours, { n: Math.floor(whole / 3600) })
  return fill(words.days, { n: Math.floor(whole / 86400) })
}

// 45 s, 3 min 07 s, 5 h 02 min
function longAge(seconds, words) {
  const whole = Math.max(0, Math.floor(seconds))
  const minutes = Math.floor(whole / 60)
  if (minutes < 1) return fill(words.seconds, { n: whole })
  if (minutes < 60) return fill(words.minutesSeconds, { minutes, seconds: two(whole % 60) })
  if (minutes < 1440) return fill(words.hoursMinutes, { hours: Math.floor(minutes / 60), minutes: two(minutes % 60) })
  return fill(words.daysHours, { days: Math.floor(minutes / 1440), hours: two(Math.floor(minutes / 60) % 24) })
}

const formats = new Map()
function inZone(milliseconds, zone, locale, options) {
  const key = JSON.stringify([zone, locale, options])
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }))
  return formats.get(key).format(milliseconds)
}

const hourMinute = (ms, zone) => inZone(ms, zone, "en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
const hourMinuteSecond = (ms, zone) =>
  inZone(ms, zone, "en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })

function longDate(ms, zone, language) {
  if (language === "zh") {
    const day = inZone(ms, zone, "zh-CN", { month: "long", day: "numeric" })
    return `${day} ${inZone(ms, zone, "zh-CN", { weekday: "long" })}`
  }
  const part = options => inZone(ms, zone, "en-GB", options)
  return `${part({ weekday: "short" })} ${part({ day: "numeric" })} ${part({ month: "short" })}`
}

// 2026-11-26: the local day of a moment, to be compared.
const dayOf = (ms, zone) => inZone(ms, zone, "en-CA", { year: "numeric", month: "2-digit", day: "2-digit" })

// Seconds since the data were last known to be fresh; null while nothing was heard.
const dataAge = () => (clockState.fresh === null ? null : Math.max(0, (serverNow() - clockState.fresh) / 1000))

function sourceAge(face) {
  const beat = clockState.beats[face.getAttribute("data-source")]
  if (beat !== undefined && beat !== null) return beat + (performance.now() - clockState.beatsAt) / 1000
  const at = Number(face.getAttribute("data-at"))
  return at ? (serverNow() - at) / 1000 : null
}

// What a page takes for now: the moment it looks back at, or the server's clock.
const nowOf = page => page.now ?? serverNow()

// From when deadlines and waiting are counted: of records that nobody adds to, from their end.
const countedFrom = page => page.now ?? ((page.data?.live ?? page.live) === false ? clockState.fresh : null) ?? serverNow()

const FACES = {
  time: (face, wall) => hourMinute(nowOf(wall), wall.zone),
  date: (face, wall) => longDate(nowOf(wall), wall.zone, wall.language),
  age(face, wall) {
    const age = dataAge()
    return age === null ? "—" : fill(wall.words.ago, { age: longAge(age, wall.words) })
  },
  late: (face, wall) => longAge(dataAge() ?? 0, wall.words),
  until(face, wall) {
    const left = (Number(face.getAttribute("data-at")) - countedFrom(wall)) / 1000
    face.classList.toggle("over", left < 0)
    const text = running(left, wall.words)
    return left < 0 ? fill(wall.words.over, { time: text }) : text
  },
  since: (face, wall) =>
    fill(wall.words.waiting, { time: running((countedFrom(wall) - Number(face.getAttribute("data-at"))) / 1000, wall.words) }),
  source(face, wall) {
    const age = sourceAge(face)
    const expected = Number(face.getAttribute("data-expected"))
    face.classList.toggle("over", age !== null && expected > 0 && age > 3 * expected)
    return age === null ? "—" : shortAge(age, wall.words).replace(" ", "\u2009")
  },
}

// Returns whether a face has become longer or shorter, so that what stands beside it may have to give way.
function tickFaces(root, wall) {
  let moved = false
  for (const face of root.querySelectorAll("[data-clock]")) {
    const text = FACES[face.getAttribute("data-clock")](face, wall)
    if (face.textContent === text) continue
    moved ||= face.textContent.length !== text.length
    face.textContent = text
  }
  return moved
}
