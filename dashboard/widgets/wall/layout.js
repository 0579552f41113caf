// Where each panel stands, in u (1/135 of the screen's height), by shape of screen and scene.
// single: up to about 2:1. wide: one screen with room for the ranking. triple: three panels, nothing crosses a bezel.

const MARGIN = 5, GUTTER = 4, TOP = 21, BOTTOM = 131.5
const FIGURES_WIDTH = 55, MAP_WIDTH = 92, LISTS_WIDTH = 75, MAP_TOP = 27, MAP_HEIGHT = 93

const box = (x, y, w, h) => ({ x, y, w, h })

function layoutOf(width) {
  if (width >= 600) return "triple"
  return width >= 285 ? "wide" : "single"
}

function mapPanels(x, width) {
  const left = x + (width - MAP_WIDTH) / 2
  return [
    ["map-head", mapHeadPanel, box(x, TOP, width, 5)],
    ["map-hole", newCases, box(left, MAP_TOP, MAP_WIDTH, MAP_HEIGHT)],
    ["legend", legendPanel, box(x, 121.8, width, 9.7)],
  ]
}

function overview(width, wide) {
  const rank = wide ? Math.max(40, width - 2 * MARGIN - FIGURES_WIDTH - MAP_WIDTH - LISTS_WIDTH - 3 * GUTTER - 1) : 0
  const listsAt = width - MARGIN - (rank ? rank + GUTTER : 0) - LISTS_WIDTH
  const mapAt = MARGIN + FIGURES_WIDTH + GUTTER
  const panels = [
    ["figures", figuresPanel(["same_day", "increment", "stock", "variable"]), box(MARGIN, TOP, FIGURES_WIDTH, BOTTOM - TOP)],
    ...mapPanels(mapAt, listsAt - GUTTER - mapAt),
    ["lists", listsPanel(wide), box(listsAt, TOP, LISTS_WIDTH, 126.4 - TOP)],
    ["beats", beatsPanel, box(listsAt, 126.4, LISTS_WIDTH, 5)],
  ]
  if (rank) panels.push(["rank", rankingPanel, box(width - MARGIN - rank, TOP, rank, BOTTOM - TOP)])
  return panels
}

function escalationsScene(width) {
  const right = Math.min(96, Math.max(80, (width - 2 * MARGIN) * 0.35))
  const left = width - 2 * MARGIN - right - 6
  return [
    ["heroes", heroesPanel(["pending", "overdue", "soon", "supervised"]), box(MARGIN, TOP, left, 20)],
    ["heroes-right", heroesPanel(["on_time"]), box(width - MARGIN - right, TOP, right, 20)],
    ["lanes", lanesPanel, box(MARGIN, 42, left, BOTTOM - 42)],
    ["departments", departmentsPanel, box(width - MARGIN - right, 42, right, 126.4 - 42)],
    ["beats", beatsPanel, box(width - MARGIN - right, 126.4, right, 5)],
  ]
}

const rankingScene = width => [["ranking", rankingPanel, box(MARGIN, TOP, width - 2 * MARGIN, BOTTOM - TOP)]]

function triple(width) {
  const each = width / 3
  const inner = each - 2 * MARGIN
  const half = (inner - 8) / 2
  const second = each + MARGIN
  const third = 2 * each + MARGIN
  const side = (inner - MAP_WIDTH - 2 * GUTTER) / 2
  const lanes = inner * 0.61
  return [
    ["figures", figuresPanel(["same_day", "increment", "stock", "variable"]), box(MARGIN, TOP, half * 0.86, BOTTOM - TOP)],
    ["figures-right", figuresPanel(["on_time"]), box(MARGIN + half * 0.86 + 8, TOP, half * 1.14, 27)],
    ["latest", latestPanel, box(MARGIN + half * 0.86 + 8, 51, half * 1.14, BOTTOM - 51)],
    ["reasons", reasonsPanel, box(second, TOP, side, BOTTOM - TOP)],
    ...mapPanels(second + side + GUTTER, MAP_WIDTH),
    ["beats-list", beatsListPanel, box(second + inner - side, TOP, side, 40)],
    ["departments", departmentsPanel, box(second + inner - side, 64, side, BOTTOM - 64)],
    ["lanes", lanesPanel, box(third, TOP - 1, lanes, BOTTOM - TOP + 1)],
    ["rank", rankingPanel, box(third + lanes + 6, TOP, inner - lanes - 6, BOTTOM - TOP)],
  ]
}

function panelsOf(scene, width) {
  if (scene === "emergency") return emergencyScene(width)
  const layout = layoutOf(width)
  if (layout === "triple") return triple(width)
  if (scene === "ranking") return rankingScene(width)
  if (scene === "escalations") return escalationsScene(width)
  return overview(width, layout === "wide")
}
