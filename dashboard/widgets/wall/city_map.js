// The map scene: the whole place as large as the screen allows, drawn by the browser from outlines it fetched once.
// Below, what holds still: neighbours, grids, communities, heat. Above, what the moment shown says: see replay.js.

const planes = new Map() // digest -> outlines, or the moment they were last asked for

// The outlines of the picture; null until they are here.
function planeOf(wall) {
  const { digest } = wall.data.city
  const known = planes.get(digest)
  if (known?.grids) return known
  const given = window.wallData.plane
  if (given) {
    given.byId = new Map(given.grids.map(grid => [grid.id, grid]))
    planes.set(digest, given)
    return given
  }
  if (wall.options.shapes && !(known > performance.now() - 5000)) {
    planes.set(digest, performance.now())
    fetch(`${wall.options.shapes}/${digest}.json`)
      .then(answer => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then(plane => {
        plane.byId = new Map(plane.grids.map(grid => [grid.id, grid]))
        planes.set(digest, plane)
        while (planes.size > 4) planes.delete(planes.keys().next().value)
        wall.draw()
      })
      .catch(() => setTimeout(() => wall.draw(), 5000)) // asked for again then
  }
  return null
}

// How the plane lies in a box of that size: u of the box from steps of the plane.
function viewOf(plane, box) {
  const [west, north, east, south] = plane.bounds.map(edge => edge / 100)
  const scale = Math.min((box.w - 3) / Math.max(1, east - west), (box.h - 3) / Math.max(1, south - north))
  const left = box.w / 2 - ((west + east) / 2) * scale
  const top = box.h / 2 - ((north + south) / 2) * scale
  return { box, scale, left, top, place: ([x, y]) => [left + (x / 100) * scale, top + (y / 100) * scale] }
}

// Wider than high by so much that the words stand below the map.
function isWidePlace(wall) {
  const plane = wall.data.city && planes.get(wall.data.city.digest)
  if (!plane?.grids || plane.tiled) return false
  const [west, north, east, south] = plane.bounds
  return (east - west) / Math.max(1, south - north) > 1.9
}

// Base map tiles that have arrived; one that cannot be had is left out and asked for again after a while.
const tileStates = new Map() // address -> true, or when it is asked for again
const TILE_PAUSE = 60_000

function hasTile(url, wall) {
  const state = tileStates.get(url)
  if (state === true) return true
  if (state === undefined || state < performance.now()) {
    tileStates.set(url, performance.now() + TILE_PAUSE)
    const image = new Image()
    image.onload = () => {
      tileStates.set(url, true)
      clearTimeout(wall.tileTimer)
      wall.tileTimer = setTimeout(() => wall.draw(), 200)
    }
    image.src = url
  }
  return false
}

function tileSheet(wall, plane, view) {
  const { tiles } = wall.options
  if (!tiles || !plane.tiles[tiles.datum]) return ""
  const drawn = plane.tiles[tiles.datum].map(([z, x, y, ...edges]) => {
    const [west, north] = view.place([edges[0], edges[1]]), [east, south] = view.place([edges[2], edges[3]])
    if (east < 0 || west > view.box.w || south < 0 || north > view.box.h) return ""
    const url = fill(tiles.url, { z, x, y })
    return hasTile(url, wall) && html`<image data-key="${z}/${x}/${y}" href="${url}" x="${west.toFixed(3)}" y="${north.toFixed(3)}" width="${(east - west + 0.02).toFixed(3)}" height="${(south - north + 0.02).toFixed(3)}" preserveAspectRatio="none"/>`
  })
  return drawn.some(Boolean) ? sheet(view, "city-base", drawn) : ""
}

const turn = view => `translate(${view.left.toFixed(3)} ${view.top.toFixed(3)}) scale(${(view.scale / 100).toFixed(6)})`
const groupIn = (view, inside) => html`<g transform="${turn(view)}">${inside}</g>`

function sheet(view, name, inside) {
  return html`<svg class="city-sheet ${name}" data-key="${name}" viewBox="0 0 ${view.box.w.toFixed(2)} ${view.box.h.toFixed(2)}">${inside}</svg>`
}

function groundSheet(wall, plane, view) {
  const paths = (list, name) => list.filter(each => each.d).map(each => html`<path class="${name}" d="${each.d}"/>`)
  const names = plane.neighbours.map(each => {
    const [x, y] = view.place(each.at)
    const half = lineWidth(each.names[wall.language]) / 2
    const isInside = x - half > 0 && x + half < view.box.w && y > 3 && y < view.box.h - 2
    return isInside && html`<text class="beyond" x="${x.toFixed(2)}" y="${y.toFixed(2)}">${each.names[wall.language]}</text>`
  })
  return sheet(view, "city-ground", html`${groupIn(view, html`${paths(plane.neighbours, "beyond")}${paths(plane.grids, "grid")}${paths(plane.blocks, "block")}`)}${names}`)
}

// Cases of the last hours as a grey glow, risk points as small hollow rings.
function heatSheet(wall, plane, view) {
  const { heat, points } = wall.data.city
  const glow = heat.map(([x, y, weight]) => {
    const [left, top] = view.place([x, y])
    return html`<circle class="glow" cx="${left.toFixed(2)}" cy="${top.toFixed(2)}" r="6.5" opacity="${(0.25 + 0.75 * weight / 100).toFixed(2)}"/>`
  })
  const rings = points.map(place => {
    const [left, top] = view.place(place)
    return html`<circle class="point" cx="${left.toFixed(2)}" cy="${top.toFixed(2)}" r="0.45"/>`
  })
  const own = plane.blocks.some(block => block.d) ? plane.blocks : plane.grids
  return sheet(view, "city-heat", html`<defs><clipPath id="own">${own.filter(each => each.d).map(each => html`<path d="${each.d}" transform="${turn(view)}"/>`)}</clipPath><radialGradient id="glow"><stop offset="0"/><stop offset="0.45"/><stop offset="1"/></radialGradient></defs><g clip-path="url(#own)">${glow}</g>${rings}`)
}

function cityPanel(wall, box) {
  if (!wall.data.city) return ""
  const plane = planeOf(wall)
  if (!plane) return html`<div class="city"></div>`
  const view = viewOf(plane, box)
  wall.city = { plane, view }
  const at = replayStep(wall)
  const base = tileSheet(wall, plane, view)
  return html`<div class="city ${at === null ? "" : "past"} ${base ? "based" : ""}">${base}${groundSheet(wall, plane, view)}${heatSheet(wall, plane, view)}
    <div class="city-live" data-key="live">${citySheet(wall, plane, view, at)}${cityStamp(wall, at)}</div></div>`
}

const SHAPE_PATHS = {
  red: "M-.95-.95h1.9v1.9h-1.9z", orange: "M0-1.2l1.15 2H-1.15z", yellow: "M0-1.25l1.25 1.25-1.25 1.25-1.25-1.25z",
  blue: "M-.95 0a.95.95 0 1 0 1.9 0a.95.95 0 1 0-1.9 0z",
}
const markAt = (level, x, y) => html`<path class="mark ${level}" d="${SHAPE_PATHS[level]}" transform="translate(${x.toFixed(2)} ${y.toFixed(2)})"/>`

const DRAWN = {
  plate: label => html`<g class="plate" data-key="p${label.id}"><rect x="${label.area.x1.toFixed(2)}" y="${label.area.y1.toFixed(2)}" width="${(2 * label.half).toFixed(2)}" height="${PLATE_HEIGHT}"/>
    ${markAt("red", label.x - label.half + 2.1, label.y)}<text class="bold start" x="${(label.x - label.half + 4).toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text></g>`,
  flagged: label => html`<g class="label ${label.level}" data-key="f${label.id}">${markAt(label.level, label.x, label.y)}${label.text && html`<text class="start ${label.level}" x="${label.textX.toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text>`}</g>`,
  tag: label => html`<g class="up ${label.isOver ? "over" : ""}" data-key="u${label.id}"><rect x="${(label.x - label.half).toFixed(2)}" y="${(label.y - 1.55).toFixed(2)}" width="${(2 * label.half).toFixed(2)}" height="3.1"/><text class="bold" x="${label.x.toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text></g>`,
  name: label => html`<text class="name" data-key="n${label.id}" x="${label.x.toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text>`,
  head: label => html`<text class="head start" data-key="h${label.id}" x="${label.x.toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text>`,
  number: label => html`<text class="number" data-key="o${label.id}" x="${label.x.toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text>`,
  tile: label => html`<g class="label ${label.level ?? ""}" data-key="t${label.id}">${label.level && markAt(label.level, label.x, label.y)}${label.text && html`<text class="start ${label.level ?? "number"}" x="${label.textX.toFixed(2)}" y="${label.y.toFixed(2)}">${label.text}</text>`}</g>`,
}

// What stands in a grid: its number, or the counts a screen asks for in its place.
function saidOf(wall, at) {
  const { counts } = wall.data.city
  if (at !== null || counts.length === 0) return grid => grid.no
  const said = (count, id) => (id in count.cells ? (count.cells[id] === 0 ? count.few : String(count.cells[id])) : "0")
  return grid => counts.map(count => said(count, grid.id)).join("·")
}

// What is placed on the map at a step of the replay, or now (null).
function labelsAt(wall, plane, view, at, levels) {
  const labels = new Labels(view, wall.language, saidOf(wall, at))
  const isCounted = at === null && wall.data.city.counts.length > 0
  const flagged = plane.grids.filter(grid => levels.has(grid.id))
  if (plane.tiled) {
    plane.blocks.forEach(block => labels.head(block))
    plane.grids.forEach(grid => labels.tile(grid, levels.get(grid.id)))
    return labels.made
  }
  flagged.forEach(grid => labels.colour(grid))
  labels.plates(flagged.filter(grid => levels.get(grid.id) === "red"), at === null && !isCounted)
  flagged.filter(grid => levels.get(grid.id) !== "red").forEach(grid => labels.flagged(grid, levels.get(grid.id)))
  if (at === null && !isCounted) {
    for (const { id, due } of wall.data.city.waiting) {
      const grid = plane.byId.get(id)
      if (grid) labels.tag(grid, due.length, due.some(moment => moment !== null && moment < serverNow()))
    }
  }
  plane.blocks.forEach(block => labels.name(block))
  if (at === null && !isCounted) freshCases(wall).forEach(item => labels.dot(item.at))
  plane.grids.filter(grid => !levels.has(grid.id)).forEach(grid => labels.number(grid))
  return labels.made
}

// The time shown, on the map itself: who looks there must not take the past for now.
function cityStamp(wall, at) {
  if (at === null) return ""
  const { replay, words } = wall.data.city
  return html`<div class="city-stamp" data-key="stamp"><b class="tag">${words.replay}</b><b>${hourMinute(replay.moments[at], wall.zone)}</b></div>`
}

function citySheet(wall, plane, view, at) {
  const levels = levelsAt(wall.data.city, at)
  const cells = plane.grids.filter(grid => levels.has(grid.id)).map(grid => {
    const level = levels.get(grid.id)
    return html`<path class="cell ${level}" data-key="g${grid.id}" d="${level === "yellow" || level === "blue" ? grid[level] : grid.d}"/>`
  })
  const labels = labelsAt(wall, plane, view, at, levels)
  const drawn = kinds => labels.filter(label => kinds.includes(label.kind)).map(label => DRAWN[label.kind](label))
  return sheet(view, "city-top", html`${groupIn(view, cells)}<g>${drawn(["number", "name", "head"])}</g><g>${at === null && wall.data.city.counts.length > 0 ? "" : pulses(wall, view, at)}</g><g>${drawn(["flagged", "tile", "tag", "plate"])}</g>`)
}
