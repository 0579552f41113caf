// The six first-times: a line of the six stages, what lies between them in large digits, and below it the same to scale.

const UNIT_ROW = 5.4, UNIT_ROW_TALL = 8.4 // heights of rows, u

const nothingOf = stages => html`<div class="nothing large">${stages.nothing}</div>`

function interval(item, index, names) {
  return html`<section class="interval ${item.slowest ? "slowest" : ""}" data-key="${item.id}">
    <h2 data-fit>${names[index]}</h2><span class="track"></span>
    <div class="row">${hero(item.hero)}</div>
    ${item.lines.map(line => html`<div class="line" data-fit>${line}</div>`)}
  </section>`
}

// From each interval's equal column down to its true part of the whole.
function toScale(intervals) {
  let left = 0
  const parts = intervals.map((item, index) => {
    const share = item.share ?? 0
    const part = { item, index, left, share }
    left += share
    return part
  }).filter(part => part.share > 0)
  const x = share => (1000 * share).toFixed(1)
  const funnels = parts.map(({ item, index, left, share }) => html`<polygon class="${item.slowest ? "slowest" : ""}" points="${x(index / 5)},0 ${x((index + 1) / 5)},0 ${x(left + share)},100 ${x(left)},100"/>`)
  return html`<div class="to-scale"><svg class="funnels" viewBox="0 0 1000 100" preserveAspectRatio="none">${funnels}</svg>
    <div class="parts-bar">${parts.map(({ item, share }) => html`<i class="${item.slowest ? "slowest" : ""}" style="flex:${share.toFixed(4)}"></i>`)}</div></div>`
}

function stageLine(wall) {
  const { stages } = wall.data
  if (stages.nothing) return nothingOf(stages)
  const last = stages.stages.length - 1
  return html`<div class="stage-line">
    <div class="intervals">${stages.intervals.map((item, index) => interval(item, index, stages.stages))}<h2 class="last">${stages.stages[last]}</h2></div>
    ${toScale(stages.intervals)}
    <footer><span>${stages.note}</span><span>${stages.scale}</span>${stages.provisional && provisional(wall.words)}</footer>
  </div>`
}

const stageFigure = figure => html`<section class="figure ${figure.kind}">
  <header><h2>${figure.title}</h2>${figure.n && html`<span class="note">${figure.n}</span>`}</header>
  <div class="row">${hero(figure.hero)}${aside(figure.aside)}</div>
</section>`

const stageFigures = names => wall => wall.data.stages.nothing ? "" : html`<div class="figures">${names.map(name => stageFigure(wall.data.stages[name]))}</div>`

const unitRow = (row, all) => html`<li class="unit-row" data-key="${row.id}"><span class="name" data-fit="middle">${row.name}</span>
  <span class="plot">${all !== null && html`<i class="all" style="left:${percent(all)}"></i>`}<i class="reach ${row.closed ? "" : "open"}" style="left:${percent(row.from)};width:${percent(Math.max(0, row.to - row.from))}"></i>
  <i class="dot ${row.reached ? "" : "beyond"}" style="left:${percent(row.from)}"></i></span>
  <b data-fade>${row.says}</b><span class="n">${row.n}</span></li>`

// which: 0 the slowest interval, 1 the total. Slowest communities first; those there is no room for are counted.
const stageUnits = which => (wall, box) => {
  const units = wall.data.stages.units?.[which]
  if (!units?.rows.length) return ""
  const room = box.h - HEAD - 5.4
  const height = Math.min(UNIT_ROW_TALL, Math.max(UNIT_ROW, room / units.rows.length))
  const shown = units.rows.slice(0, Math.floor((room + 0.01) / height))
  const more = units.rows.length - shown.length
  return html`<section class="list stage-units" style="--row:calc(${height.toFixed(2)} * var(--u))">
    <header class="list"><h2><span data-fit>${units.title}</span></h2><span class="note">${more > 0 ? fill(wall.words.more, { n: more }) : units.note}</span></header>
    <ul>${shown.map(row => unitRow(row, units.all))}</ul>
    <div class="unit-row axis"><span></span><span class="plot">${units.ticks.map(tick => html`<span style="left:${percent(tick.at)}">${tick.t}</span>`)}</span><span></span><span class="n">n</span></div>
  </section>`
}
