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

const rankingScene = width => [["ranking", rankingWhole, box(MARGIN, TOP, width - 2 * MARGIN, BOTTOM - TOP)]]

// A wall of three: the scene stands on the left panel, the map stays in the middle, what runs out on the right.
function triple(width, scene) {
  const each = width / 3
  const inner = each - 2 * MARGIN
  const second = each + MARGIN
  const third = 2 * each + MARGIN
  const side = (inner - MAP_WIDTH - 2 * GUTTER) / 2
  const lanes = inner * 0.61
  const left = scene === "overview" ? figuresAndNews(MARGIN, inner) : panelsOf(scene, each).map(([id, panel, at]) => [`left-${id}`, panel, at])
  const right = scene === "escalations" ? figuresAndNews(third, inner) : [
    ["lanes", lanesPanel, box(third, TOP - 1, scene === "ranking" ? inner : lanes, BOTTOM - TOP + 1)],
    ...(scene === "ranking" ? [] : [["rank", rankingPanel, box(third + lanes + 6, TOP, inner - lanes - 6, BOTTOM - TOP)]]),
  ]
  return [
    ...left,
    ["reasons", reasonsPanel, box(second, TOP, side, BOTTOM - TOP)],
    ...mapPanels(second + side + GUTTER, MAP_WIDTH),
    ["beats-list", beatsListPanel, box(second + inner - side, TOP, side, 40)],
    ...(scene === "escalations" ? [] : [["departments", departmentsPanel, box(second + inner - side, 64, side, BOTTOM - 64)]]),
    ...right,
  ]
}

function figuresAndNews(x, inner) {
  const half = (inner - 8) / 2
  return [
    ["figures", figuresPanel(["same_day", "increment", "stock", "variable"]), box(x, TOP, half * 0.86, BOTTOM - TOP)],
    ["figures-right", figuresPanel(["on_time"]), box(x + half * 0.86 + 8, TOP, half * 1.14, 27)],
    ["latest", latestPanel, box(x + half * 0.86 + 8, 51, half * 1.14, BOTTOM - 51)],
  ]
}

// The line of stages, then figures and communities; where there is room both comparisons.
function stagesScene(width, wide) {
  const inner = width - 2 * MARGIN
  const rest = inner - FIGURES_WIDTH - 6
  const each = wide ? (rest - 6) / 2 : rest
  const at = MARGIN + FIGURES_WIDTH + 6
  const low = box(MARGIN, 73, FIGURES_WIDTH, BOTTOM - 73)
  return [
    ["stage-line", stageLine, box(MARGIN, TOP, inner, 49)],
    ["stage-figures", stageFigures(["total", "urgent", "ordinary"]), low],
    ["stage-units", stageUnits(0), box(at, 73, each, BOTTOM - 73)],
    ...(wide ? [["stage-units-total", stageUnits(1), box(at + each + 6, 73, each, BOTTOM - 73)]] : []),
  ]
}

// The map scene: words beside the map; below it where the place is much wider than high; beyond a bezel on three screens.
function cityScene(width, wall) {
  if (layoutOf(width) === "triple") {
    const each = width / 3
    const inner = each - 2 * MARGIN
    const third = 2 * each + MARGIN
    return [
      ["reasons", reasonsPanel, box(MARGIN, TOP, inner * 0.48, BOTTOM - TOP)],
      ["latest", latestPanel, box(MARGIN + inner * 0.52, TOP, inner * 0.48, BOTTOM - TOP)],
      ["city", cityPanel, box(each + 2, TOP - 1, each - 4, BOTTOM - TOP + 2)],
      ...cityWords(third, inner * 0.42, TOP),
      ["departments", departmentsPanel, box(third + inner * 0.5, TOP, inner * 0.5, BOTTOM - TOP)],
    ]
  }
  if (isWidePlace(wall)) {
    const low = 100, clock = 56, legend = 78
    return [
      ["city", cityPanel, box(MARGIN, TOP - 1, width - 2 * MARGIN, low - TOP - 1)],
      ["city-clock", cityClockPanel, box(MARGIN, low, clock, BOTTOM - low)],
      ["city-line", cityLinePanel, box(MARGIN + clock + 2, low, width - 2 * MARGIN - clock - legend - 8, BOTTOM - low)],
      ["city-legend", cityLegendPanel(2), box(width - MARGIN - legend, low, legend, BOTTOM - low)],
    ]
  }
  const right = layoutOf(width) === "wide" ? 78 : 62
  return [
    ["city", cityPanel, box(MARGIN, TOP - 1, width - 2 * MARGIN - right - GUTTER, BOTTOM - TOP + 1)],
    ...cityWords(width - MARGIN - right, right, TOP),
  ]
}

const cityWords = (x, width, top) => [
  ["city-head", cityHeadPanel, box(x, top, width, 9)],
  ["city-clock", cityClockPanel, box(x, top + 11.5, width, 24)],
  ["city-line", cityLinePanel, box(x, top + 37, width, 24.5)],
  ["city-legend", cityLegendPanel(1), box(x, top + 63.5, width, BOTTOM - top - 63.5)],
]

function panelsOf(scene, width, wall) {
  if (scene === "emergency") return emergencyScene(width, wall)
  const layout = layoutOf(width)
  if (scene === "map") return cityScene(width, wall)
  if (layout === "triple") return triple(width, scene)
  if (scene === "stages") return stagesScene(width, layout === "wide")
  if (scene === "ranking") return rankingScene(width)
  if (scene === "escalations") return escalationsScene(width)
  return overview(width, layout === "wide")
}
