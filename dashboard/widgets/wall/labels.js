// Where marks, numbers, names and plates stand on the map scene, in u of its box. What matters most is placed first;
// what would cover it is left out or moves.

const LETTER = 3, PLATE_HEIGHT = 4.4, CHAR_WIDTHS = new Map()
const pen = document.createElement("canvas").getContext("2d")

// Width of a line of the map's text, u.
function lineWidth(text, bold = false) {
  const key = (bold ? "b" : "n") + text
  if (!CHAR_WIDTHS.has(key)) {
    pen.font = `${bold ? 700 : 400} 100px ${getComputedStyle(document.documentElement).getPropertyValue("--font") || "sans-serif"}`
    CHAR_WIDTHS.set(key, (pen.measureText(text).width / 100) * LETTER)
    if (CHAR_WIDTHS.size > 4000) CHAR_WIDTHS.clear()
  }
  return CHAR_WIDTHS.get(key)
}

const boxAt = (x, y, half, height) => ({ x1: x - half, x2: x + half, y1: y - height / 2, y2: y + height / 2 })
const meets = (one, other) => one.x1 < other.x2 && other.x1 < one.x2 && one.y1 < other.y2 && other.y1 < one.y2

function shortened(text, room, bold) {
  if (lineWidth(text, bold) <= room) return text
  const letters = [...text]
  while (letters.length > 1 && lineWidth(letters.join("") + "…", bold) > room) letters.pop()
  return letters.join("").trimEnd() + "…"
}

class Labels {
  constructor(view, language, said) {
    this.said = said // what stands in a grid
    this.view = view
    this.language = language
    this.taken = []
    this.coloured = []
    this.made = []
  }

  // A cell in colour: names would rather stand elsewhere.
  colour(grid) {
    const [x, y] = this.view.place(grid.at)
    const half = 1.15 * (grid.room / 100) * this.view.scale
    this.coloured.push(boxAt(x, y, half, 2 * half))
  }

  // A new case's dot: a number would rather give way than be struck through.
  dot(place) {
    this.taken.push(boxAt(...this.view.place(place), 1.3, 2.6))
  }

  isFree(area) {
    const { w, h } = this.view.box
    return area.x1 >= 0 && area.y1 >= 0 && area.x2 <= w && area.y2 <= h && !this.taken.some(other => meets(area, other))
  }

  keep(area, label) {
    this.taken.push(area)
    this.made.push(label)
  }

  // Name plates of red grids, none over another; a name without room gives way to the number.
  plates(grids, isNamed) {
    for (const grid of grids) {
      const [x, y] = this.view.place(grid.at)
      const name = grid[this.language] || grid.zh
      const short = this.said(grid) || shortened(name, 12, true)
      const words = isNamed ? [shortened(name, 44, true), short] : [short]
      const free = words.flatMap(text => [0, 0.7, -0.7, 1.2, -1.2, 1.8, -1.8].map(shift => this.plate(text, x, y + shift * PLATE_HEIGHT))).find(plate => this.isFree(plate.area))
      const plate = free ?? this.plate(short, x, y)
      this.keep(plate.area, { kind: "plate", level: "red", id: grid.id, ...plate })
    }
  }

  plate(text, x, y) {
    const half = (lineWidth(text, true) + 5.8) / 2
    const inside = Math.min(Math.max(x, half + 0.3), this.view.box.w - half - 0.3)
    return { text, x: inside, y, half, area: boxAt(inside, y, half, PLATE_HEIGHT) }
  }

  // Mark and number of an orange, yellow or blue grid; the mark alone where there is little room.
  flagged(grid, level) {
    const [x, y] = this.view.place(grid.at)
    const room = (grid.room / 100) * this.view.scale
    const text = this.said(grid)
    const half = (lineWidth(text, level === "orange") + 3.1) / 2
    const hasNumber = text && half <= room * (level === "orange" ? 1.1 : 0.72) // a ring takes its part of the room
    const area = boxAt(x, y, hasNumber ? half : 1.5, 3)
    if (this.taken.some(other => meets(area, other))) return
    this.keep(area, { kind: "flagged", id: grid.id, level, text: hasNumber ? text : "", x: hasNumber ? x - half + 1.2 : x, y, textX: x - half + 3.1 })
  }

  // Escalations that wait at a grid, beside its mark: an outlined arrow, inverse when one is over its deadline.
  tag(grid, count, isOver) {
    const [x, y] = this.view.place(grid.at)
    const text = count > 1 ? `↑${count}` : "↑"
    const half = (lineWidth(text, true) + 1.1) / 2
    for (const [dx, dy] of [[0, 3.5], [0, -3.5], [half + 3.6, 0], [-half - 3.6, 0], [half + 2, 3.4], [-half - 2, 3.4], [0, 5.4], [0, -5.4]]) {
      const area = boxAt(x + dx, y + dy, half, 3.1)
      if (!this.isFree(area)) continue
      this.keep(area, { kind: "tag", id: grid.id, isOver, text, x: x + dx, y: y + dy, half })
      return
    }
  }

  // A community's name at the first place offered that is free; left out where none is.
  name(block) {
    const text = block.names[this.language]
    const spots = block.spots[this.language].map(spot => {
      const [x, y] = this.view.place(spot)
      return { kind: "name", id: block.id, text, x, y, area: boxAt(x, y, lineWidth(text) / 2 + 0.3, 3.3) }
    }).filter(spot => this.isFree(spot.area))
    const best = spots.find(spot => !this.coloured.some(other => meets(spot.area, other))) ?? spots[0]
    if (best) this.keep(best.area, best)
  }

  // Numbers of grids with nothing to report, where they fit.
  number(grid) {
    const text = this.said(grid)
    if (!text) return
    const [x, y] = this.view.place(grid.at)
    const half = lineWidth(text) / 2
    const area = boxAt(x, y, half + 0.2, 2.8)
    if (Math.hypot(half, 1.1) > (grid.room / 100) * this.view.scale || !this.isFree(area)) return
    this.keep(area, { kind: "number", id: grid.id, text, x, y })
  }

  // A tile of the ordered map: mark and name from its left edge, the number where the name has no room.
  tile(grid, level) {
    const [west, north] = this.view.place([grid.box[0], grid.box[1]])
    const [east, south] = this.view.place([grid.box[2], grid.box[3]])
    const y = (north + south) / 2
    const isNamed = east - west >= 10 && south - north >= 3
    const markX = isNamed ? west + 2.9 : (west + east) / 2
    const left = level ? west + 5 : west + 1.5
    const room = east - left - 1
    const name = grid[this.language] || grid.zh
    const said = this.said(grid)
    const count = said === grid.no ? "" : ` ${said}`
    const text = !isNamed ? count.trim() : lineWidth(name + count) <= room ? name + count : grid.no && !count && lineWidth(grid.no) <= room ? grid.no : shortened(name, room - lineWidth(count)) + count
    const area = { x1: west, x2: east, y1: north, y2: south }
    if (level || text) this.made.push({ kind: "tile", id: grid.id, level, text, x: markX, y, textX: left, area })
  }

  // What stands above the tiles of a community.
  head(block) {
    const spot = block.spots[this.language][0]
    if (!spot) return
    const [x, y] = this.view.place(spot)
    this.made.push({ kind: "head", id: block.id, text: block.names[this.language], x, y })
  }
}
