// The last 24 hours as a loop on the map scene. It runs in the browser alone: the server sends each half hour's levels
// and cases once with the picture. Its time stands in large digits beside the word replay, and it stops when the data
// are late or motion is not wanted.

const PLAY = 20, HOLD = 10 // seconds of a loop, and of the present after it
const TRAIL = 6 // half hours in which a case fades
const LEVEL_NAMES = ["red", "orange", "yellow", "blue"]

// Seconds of the loop and of the present; where scenes take turns both fit into one turn.
function replayTimes(wall) {
  const { scenes, every } = wall.options
  return scenes.length > 1 && every < PLAY + HOLD ? [every * 0.7, every * 0.3] : [PLAY, HOLD]
}

// The half hour shown, from the oldest known to the newest; null: now.
function replayStep(wall) {
  const replay = wall.data.city?.replay
  const count = replay ? replay.levels.length : 0
  if (count < 2 || still.matches || isHeld(wall) || !wall.cityShownAt) return null
  const [play, hold] = replayTimes(wall)
  const at = ((performance.now() - wall.cityShownAt) / 1000) % (play + hold)
  return at < play ? replay.first + Math.floor((at / play) * count) : null
}

// area_id -> level at a step, or now.
function levelsAt(city, at) {
  if (at === null) return new Map(Object.entries(city.levels).map(([id, level]) => [Number(id), level]))
  const { levels, first } = city.replay
  const now = new Map()
  for (const changes of levels.slice(0, at - first + 1)) {
    for (let place = 0; place < changes.length; place += 2) {
      if (changes[place + 1] > 3) now.delete(changes[place])
      else now.set(changes[place], LEVEL_NAMES[changes[place + 1]])
    }
  }
  return now
}

// Cases of the last quarter of an hour, in three ages of five minutes.
const FRESH = 300_000
const freshCases = wall => wall.data.city.new.filter(item => item.ms > serverNow() - 3 * FRESH)

// New cases: a ring that goes out once, then a dot that fades.
function pulses(wall, view, at) {
  const { replay } = wall.data.city
  const dot = (key, place, age, isNew) => {
    const [x, y] = view.place(place)
    return html`<g class="pulse age-${age}" data-key="${key}" transform="translate(${x.toFixed(2)} ${y.toFixed(2)})">${isNew && html`<circle class="ring" r="1.3"/>`}<circle class="dot" r="0.6"/></g>`
  }
  if (at === null) {
    return freshCases(wall).map(item => dot(`new${item.id}`, item.at, Math.max(0, Math.floor((serverNow() - item.ms) / FRESH)), true))
  }
  return replay.cases.map(([index, x, y], number) => (index <= at && index > at - TRAIL ? dot(`r${number}`, [x, y], at - index, index > at - 2) : ""))
}

// Now, or the time of the step with the word that it is a replay, so that it is never taken for now.
function cityClock(wall, at) {
  const { replay, words } = wall.data.city
  const sum = replay ? fill(words.inDay, { n: replay.cases24 }) : ""
  if (at === null) {
    const now = wall.data.live && !isHeld(wall)
      ? html`<span class="hero"><span class="digits" data-clock="time"></span></span>`
      : html`<span class="hero"><span class="digits">${hourMinute(replay ? replay.until : wall.data.as_of, wall.zone)}</span></span>`
    return html`<section class="city-time present" data-key="now"><header><h2>${isHeld(wall) ? wall.words.lastKnown : words.now}</h2></header>${now}<div class="aside-line">${sum}</div></section>`
  }
  const moment = replay.moments[at]
  const day = ms => longDate(ms, wall.zone, wall.language)
  const isToday = day(moment) === day(replay.until)
  return html`<section class="city-time past" data-key="past"><header><b class="tag">${words.replay}</b><span>${isToday ? words.today : words.yesterday}</span></header>
    <span class="hero"><span class="digits">${hourMinute(moment, wall.zone)}</span></span><div class="aside-line">${fill(words.inHalfHour, { n: replay.bars[at] })}</div></section>`
}

const cityClockPanel = wall => (wall.data.city ? html`<div class="city-clock">${cityClock(wall, replayStep(wall))}</div>` : "")

// Cases of each half hour as bars on a line of 24 hours, with the head of the replay.
function cityLine(wall, at) {
  const { replay, words } = wall.data.city
  if (!replay) return ""
  const { bars, moments } = replay
  const most = Math.max(1, ...bars)
  const share = index => percent(index / bars.length)
  const hours = moments.map((ms, index) => [hourMinute(ms, wall.zone), index + 1]).filter(([clock]) => /^(00|06|12|18):00$/.test(clock))
  return html`<section class="city-line"><header><h2>${words.bars}</h2><span class="note" data-fit>${replay.busiest}</span></header>
    <div class="bars">${bars.map((n, index) => html`<i class="${at === null || index <= at ? "done" : ""}" style="height:${percent(n / most)}"></i>`)}<b style="left:${at === null ? "100%" : share(at + 1)}"></b></div>
    <div class="hours">${hours.map(([clock, index]) => html`<span style="left:${share(index)}">${clock}</span>`)}</div></section>`
}

const cityLinePanel = wall => (wall.data.city ? html`<div class="city-bars">${cityLine(wall, replayStep(wall))}</div>` : "")

// What colours and marks mean, with how many grids have each at the moment shown.
function cityLegend(wall, at, columns) {
  const { words, waiting, points, normal, levels, counts } = wall.data.city
  const shown = [...levelsAt(wall.data.city, at).values()]
  const all = normal + Object.keys(levels).length
  const plane = planes.get(wall.data.city.digest)
  const isTiled = !plane?.grids || plane.tiled
  const level = ([name, word, meaning]) => html`<li data-key="${name}">${levelMark(name)}<b>${word} <span>${shown.filter(each => each === name).length}</span></b><span>${meaning}</span></li>`
  const over = waiting.filter(each => each.due.some(due => due !== null && due < serverNow())).length
  const mark = (key, inside, word) => html`<li data-key="${key}">${new Markup(inside)}<span class="wide">${word}</span></li>`
  const counted = at === null && counts.map((count, index) => html`<li data-key="count${index}"><b class="count-mark">7</b><span class="wide">${count.title}</span></li>`)
  const marks = isTiled ? counted : html`${(at !== null || counts.length === 0) && mark("new", '<svg class="new" viewBox="0 0 20 20"><circle class="ring" cx="10" cy="10" r="8.5"/><circle cx="10" cy="10" r="3"/></svg>', words.new)}
    ${at === null && counts.length === 0 && waiting.length > 0 && html`<li data-key="waiting"><b class="up-mark">↑</b><span class="wide">${words.waiting}${over > 0 && html`<b class="up-mark over">↑</b>${words.overdue}`}</span></li>`}
    ${at === null && points.length > 0 && mark("points", '<svg class="point-mark" viewBox="0 0 20 20"><circle cx="10" cy="10" r="5"/></svg>', words.point)}
    ${at === null && wall.data.city.heat.length > 0 && mark("heat", '<i class="glow-mark"></i>', words.heat)}
    ${counted}`
  return html`<ul class="city-legend" style="--columns:${columns}">${words.levels.map(level)}
    <li data-key="normal">${levelMark("normal")}<b>${words.usual} <span>${all - shown.length}</span></b></li>${marks}</ul>`
}

const cityLegendPanel = columns => wall => (wall.data.city ? html`<div class="city-words" data-columns="${columns}">${cityLegend(wall, replayStep(wall), columns)}</div>` : "")

const cityHeadPanel = wall => (wall.data.city ? html`<header class="city-head"><h2>${wall.data.city.words.title}</h2><span class="note" data-fit>${wall.data.city.words.note}</span></header>` : "")

// Draws what the step changes and nothing else, then waits for the next one; ends when the scene gives way.
function playCity(wall) {
  clearTimeout(wall.cityTimer)
  const scene = wall.scenes.get("map")
  const isShown = !!scene?.classList.contains("shown") && scene.isConnected
  if (!isShown) {
    wall.cityShownAt = undefined
    return
  }
  wall.cityShownAt ??= performance.now()
  const step = replayStep(wall)
  if (wall.city && step !== wall.cityStep) {
    wall.cityStep = step
    const redraw = (selector, markup) => {
      const element = scene.querySelector(selector)
      if (element) render(element, html`${markup(element)}`)
    }
    scene.querySelector(".city")?.classList.toggle("past", step !== null)
    redraw(".city-live", () => html`${citySheet(wall, wall.city.plane, wall.city.view, step)}${cityStamp(wall, step)}`)
    redraw(".city-clock", () => cityClock(wall, step))
    redraw(".city-bars", () => cityLine(wall, step))
    redraw(".city-words", element => cityLegend(wall, step, Number(element.dataset.columns)))
    tickFaces(scene, wall)
  }
  const [play, hold] = replayTimes(wall)
  const count = wall.data.city?.replay?.levels.length || 1
  const at = ((performance.now() - wall.cityShownAt) / 1000) % (play + hold)
  const each = play / count
  const left = at < play ? each - (at % each) : play + hold - at
  wall.cityTimer = setTimeout(() => playCity(wall), Math.max(30, left * 1000 + 5))
}
