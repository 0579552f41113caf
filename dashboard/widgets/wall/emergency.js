// The emergency scene: open grave cases with who is at them, where they are, what comes in, who is on duty.

const GRAVE = 9.4 // height of a row, u

FACES.unseen = (face, wall) =>
  fill(wall.words.unseen, { time: running((serverNow() - Number(face.getAttribute("data-at"))) / 1000, wall.words) })

FACES.elapsed = (face, wall) => running((serverNow() - Number(face.getAttribute("data-at"))) / 1000, wall.words)

const number = value => value ? html`<b class="number">${value}</b>` : html`<span class="number"></span>`

const graveClock = row => row.deadline ? deadline(row) : html`<span class="clock open" data-clock="elapsed" data-at="${row.reported}"></span>`

const seenState = row => row.unseen
  ? html`<span class="unseen" data-clock="unseen" data-at="${row.reported}"></span>`
  : html`<span class="seen" data-fit>${row.seen}</span>`

const graveRow = row => html`<li class="grave spread" data-key="${row.id}">${levelMark(row.level)}${number(row.number)}<span class="what">
  <span class="first"><span class="title" data-fit>${row.title}</span>${graveClock(row)}</span>
  <span class="second">${route(row)}${seenState(row)}</span></span></li>`

const gravePanel = columns => (wall, box) => {
  const { rows, title, note, total, nothing } = wall.data.emergency.cases
  const room = columns * Math.floor((box.h - HEAD) / GRAVE)
  const shown = rows.slice(0, room)
  const rest = total > shown.length ? fill(wall.words.more, { n: total - shown.length }) : ""
  return html`<section class="list graves" style="--columns:${columns}">
    ${listHead(title, [note, rest].filter(Boolean).join(" · "), total)}
    <ul>${shown.map(graveRow)}${total === 0 && html`<li class="nothing">${nothing}</li>`}</ul>
  </section>`
}

// Numbered marks where the first cases lie; the same numbers stand in the list.
const graveMarks = wall => html`<div class="grave-marks">${wall.data.emergency.cases.marks.map(mark => html`
  <i data-key="${mark.id}" style="left:calc(${mark.x.toFixed(2)} * var(--u));top:calc(${mark.y.toFixed(2)} * var(--u))">${levelMark(mark.level)}<b>${mark.number}</b></i>`)}</div>`

const asideMarks = lines => html`<div class="aside">${lines.map(line => html`<div>${line.map(part =>
  part.level ? levelMark(part.level) : part.dash ? html`<u class="dash"></u>` : part.b ? html`<b data-fade>${part.b}</b>` : html`<span>${part.t}</span>`)}</div>`)}</div>`

const SLOT_PARTS = ["rest", "orange", "red"] // from the top

// What is said of the beginning stands at its line, and the rest where it leaves room.
function axisLine({ since, began, per, now }) {
  if (since === null || since < 0.3) return html`<div class="inflow-axis"><span style="margin-left:${percent(since ?? 0)}">${began}</span><span>${per}</span></div>`
  if (since < 0.6) return html`<div class="inflow-axis"><span class="at" style="width:${percent(since)}">${per}</span><span class="rest">${began}</span></div>`
  return html`<div class="inflow-axis"><span class="at end" style="width:${percent(since)}">${began}</span><span>${since < 0.85 && now}</span></div>`
}

function inflowPanel(wall) {
  const inflow = wall.data.emergency.inflow
  if (!inflow) return html``
  const last = inflow.slots.length - 1
  return html`<section class="figure inflow">
    <header><h2>${inflow.title}</h2>${provisional(wall.words)}</header>
    <div class="row">${hero(inflow.hero)}${asideMarks(inflow.aside)}</div>
    <div class="slots">
      ${inflow.slots.map((slot, at) => html`<span class="slot ${at === last ? "running" : ""}" data-key="${slot.id}">${SLOT_PARTS.map(part =>
        html`<i class="${part}" style="height:${percent(slot[part])}"></i>`)}${slot.usual !== null && html`<u style="bottom:${percent(slot.usual)}"></u>`}</span>`)}
      ${inflow.axis.since !== null && html`<em style="left:${percent(inflow.axis.since)}"></em>`}
    </div>
    ${axisLine(inflow.axis)}
  </section>`
}

function dutyPanel(wall) {
  const { title, officer, since, note } = wall.data.emergency.duty
  return html`<section class="list duty">
    <header class="list"><h2>${title}${officer && html` <b data-fit>${officer}</b>`}</h2><span class="note" data-fit>${since}</span></header>
    <p>${note}</p></section>`
}

function waitingPanel(wall, box) {
  const { rows, title, total, nothing } = wall.data.escalations
  return html`<section class="list escalations">
    ${listHead(title, isHeld(wall) ? fill(wall.words.clocksRun, { time: heldAt(wall) }) : "", total)}
    <ul>${escalationRows(rows.slice(0, Math.floor((box.h - HEAD) / WAITING)))}${rows.length === 0 && html`<li class="nothing">${nothing}</li>`}</ul>
  </section>`
}

function emergencyScene(width, wall) {
  const layout = layoutOf(width)
  if (layout === "triple") return emergencyTriple(width)
  const wide = layout === "wide"
  // Latin names of places and departments are longer than most matters
  const latin = wall.language !== "zh" && !wide
  const left = wide ? 84 : latin ? 66 : 70
  const right = latin ? 63 : 58
  const mapAt = MARGIN + left + GUTTER
  const rightAt = width - MARGIN - right
  const between = wide ? rightAt - GUTTER - 66 : rightAt
  const graves = [
    ["graves", gravePanel(1), box(MARGIN, TOP, left, 124.6 - TOP)],
    ["beats", beatsPanel, box(MARGIN, 126.4, left, 5)],
    ...mapPanels(mapAt, between - GUTTER - mapAt),
    ["grave-marks", graveMarks, box(mapAt + (between - GUTTER - mapAt - MAP_WIDTH) / 2, MAP_TOP, MAP_WIDTH, MAP_HEIGHT)],
    ["inflow", inflowPanel, box(rightAt, TOP, right, wide ? 62 : 37)],
  ]
  if (wide) {
    return [...graves, ["waiting", waitingPanel, box(between, TOP, 66, BOTTOM - TOP)], ["duty", dutyPanel, box(rightAt, 90, right, BOTTOM - 90)]]
  }
  return [...graves, ["waiting", waitingPanel, box(rightAt, 61, right, 45)], ["duty", dutyPanel, box(rightAt, 109, right, BOTTOM - 109)]]
}

// Cases on the left screen, the map and what comes in on the middle one, escalations and departments on the right.
function emergencyTriple(width) {
  const each = width / 3
  const inner = each - 2 * MARGIN
  const second = each + MARGIN
  const third = 2 * each + MARGIN
  const side = second + MAP_WIDTH + 12
  const rest = inner - MAP_WIDTH - 12
  const lanes = inner * 0.61
  return [
    ["graves", gravePanel(2), box(MARGIN, TOP, inner, 124.6 - TOP)],
    ["beats", beatsPanel, box(MARGIN, 126.4, inner, 5)],
    ...mapPanels(second, MAP_WIDTH),
    ["grave-marks", graveMarks, box(second, MAP_TOP, MAP_WIDTH, MAP_HEIGHT)],
    ["inflow", inflowPanel, box(side, TOP, rest, 66)],
    ["duty", dutyPanel, box(side, 94, rest, BOTTOM - 94)],
    ["lanes", lanesPanel, box(third, TOP - 1, lanes, BOTTOM - TOP + 1)],
    ["departments", departmentsPanel, box(third + lanes + 6, TOP - 1, inner - lanes - 6, BOTTOM - TOP + 1)],
  ]
}
