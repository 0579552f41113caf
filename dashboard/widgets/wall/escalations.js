// Escalations: figures, each pending one on a line of time across "now", and the departments that owe an answer.

const LANE = 7.5, LANE_STACKED = 9.2, OWED = 7.5, OWED_NARROW = 9.6 // heights of rows, u
const BEFORE = 4, AFTER = 6 // hours shown on either side of now

function lane(row) {
  const at = moment => Math.min(1, Math.max(0, ((moment - serverNow()) / 3_600_000 + BEFORE) / (BEFORE + AFTER)))
  const now = BEFORE / (BEFORE + AFTER)
  const raised = at(row.raised)
  const due = row.deadline ? at(row.deadline) : now
  const over = row.deadline && row.deadline < serverNow()
  return html`<span class="lane">
    <i class="spent" style="left:${percent(raised)};width:${percent(Math.max(0, now - raised))}"></i>
    ${over && html`<i class="beyond" style="left:${percent(due)};width:${percent(now - due)}"></i>`}
    ${!over && row.deadline && html`<i class="left" style="left:${percent(now)};width:${percent(due - now)}"></i>`}
  </span>`
}

function laneScale(wall) {
  const hours = [-4, -2, 0, 2, 4]
  return html`<span class="scale">${hours.map(hour => html`<span class="${hour === 0 ? "now" : ""}" style="left:${percent((hour + BEFORE) / (BEFORE + AFTER))}">${
    hour === 0 ? wall.words.now : hour === 4 ? fill(wall.words.plusHours, { n: 4 }) : (hour > 0 ? "+" : "−") + Math.abs(hour)}</span>`)}</span>`
}

function lanesPanel(wall, box) {
  const { rows, columns, nothing, total } = wall.data.escalations
  // Latin names are long, and so are some matters: the route stands under the matter instead of beside it.
  const beside = Math.min((box.w - 75) * 0.56, (box.w - 35) * 0.37) // u of the matter's column in wall.css
  const stacked = wall.language !== "zh" || box.w < 135 || rows.some(row => nameWidth(row.title) * 1.12 > beside)
  const shown = rows.slice(0, Math.floor((box.h - 6.2) / (stacked ? LANE_STACKED : LANE)))
  const more = total - shown.length
  const words = row => html`<span class="title" data-fit>${row.title}</span>${route(row)}`
  return html`<section class="lanes ${stacked ? "stacked" : ""}">
    <header><span></span><span>${columns.matter}${more > 0 && html`<em>${fill(wall.words.more, { n: more })}</em>`}</span>${!stacked && html`<span>${columns.route}</span>`}<span class="right">${columns.left}</span>${laneScale(wall)}</header>
    <ul>${shown.map(row => html`<li data-key="${row.id}">
      ${levelMark(row.level)}${stacked ? html`<span class="what">${words(row)}</span>` : words(row)}${deadline(row)}${lane(row)}</li>`)}
      ${rows.length === 0 && html`<li class="nothing">${nothing}</li>`}</ul>
  </section>`
}

const owedClock = row => row.next ? html`<span class="clock" data-clock="until" data-at="${row.next}"></span>` : html`<span class="clock none">–</span>`

const owedName = row => html`<span class="name"><span data-fit>${row.name}</span>${row.phone && html`<b class="phone">${row.phone}</b>`}</span>`

const owedRow = row => html`<li data-key="${row.id}">${owedName(row)}<span>${row.pending}</span>
  <span>${row.overdue ? html`<b class="tag">${row.overdue}</b>` : "–"}</span>${owedClock(row)}</li>`

// Where there is little room: the name on a line of its own, what it owes below.
const owedRowNarrow = (row, columns) => html`<li data-key="${row.id}">${owedName(row)}<span>${columns.pending} ${row.pending}</span>
  <span>${row.overdue ? html`${columns.overdue} <b class="tag">${row.overdue}</b>` : ""}</span>${owedClock(row)}</li>`

function departmentsPanel(wall, box) {
  const { rows, columns, nothing } = wall.data.departments
  // u of the department's column in wall.css; its duty number stands in it too
  const isLong = row => nameWidth(`${row.name} ${row.phone ?? ""}`) * 1.12 > box.w - 51
  const narrow = box.w < 75 || rows.some(isLong)
  const heads = narrow
    ? html`<span>${columns.name}</span><span></span><span></span>`
    : html`<span>${columns.name}</span><span>${columns.pending}</span><span>${columns.overdue}</span>`
  const shown = rows.slice(0, Math.floor((box.h - 6.2) / (narrow ? OWED_NARROW : OWED)))
  return html`<section class="departments ${narrow ? "narrow" : ""}">
    <header>${heads}<span class="right">${columns.next}</span></header>
    <ul>${shown.map(row => (narrow ? owedRowNarrow : owedRow)(row, columns))}
      ${rows.length === 0 && html`<li class="nothing">${nothing}</li>`}</ul>
  </section>`
}

const heroesPanel = names => wall => html`<div class="heroes">${names.map(name => {
  const figure = wall.data.heroes[name]
  return html`<section class="figure" data-key="${name}"><header><h2>${figure.title}</h2></header><div class="row">${hero(figure.hero)}${aside(figure.aside)}</div></section>`
})}</div>`
