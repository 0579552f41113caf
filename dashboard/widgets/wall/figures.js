// The left column: today's same-day rate, the increment, the stock and what may turn worse.

const provisional = words => html`<span class="provisional">${words.provisional}</span>`

const hero = figure => html`
  <span class="hero ${figure.word ? "word" : ""} ${figure.provisional ? "open" : ""}"><span class="digits" data-fade>${figure.digits}</span></span>
  ${figure.unit && html`<span class="unit">${figure.unit}</span>`}`

const aside = lines => html`<div class="aside">${lines.map(line => html`<div>${line.map(part => (part.b ? html`<b data-fade>${part.b}</b>` : html`<span>${part.t}</span>`))}</div>`)}</div>`

const head = (figure, words) => html`<header><h2>${figure.title}</h2>${figure.provisional && provisional(words)}</header>`

const parts = list => html`<div class="parts">${list.map(part => html`<span>${part.t} <b data-fade>${part.b}</b></span>`)}</div>`

const percent = share => `${(100 * share).toFixed(2)}%`

function sameDay(figure, words) {
  const bar = figure.bar && html`
    <div class="bar">
      <i class="done" style="width:${percent(figure.bar.done)}"></i>
      <i class="winnable" style="width:${percent(figure.bar.winnable)}"></i>
      <i class="lost" style="width:${percent(figure.bar.lost)}"></i>
    </div>
    <div class="ticks">${figure.ticks.map(at => html`<i style="left:${percent(at)}"></i>`)}</div>`
  return html`<section class="figure same-day">
    ${head(figure, words)}
    <div class="row">${hero(figure.hero)}${aside(figure.aside)}</div>
    ${bar}
    ${figure.parts && parts(figure.parts)}
    ${figure.like && html`<div class="like">${figure.ticks?.length > 0 && html`<span class="tick-mark"></span>`}${figure.like}</div>`}
  </section>`
}

function increment(figure, words) {
  const range = figure.range && html`
    <div class="range"><i class="usual" style="left:${percent(figure.range.low)};width:${percent(figure.range.high - figure.range.low)}"></i><i class="now" style="left:${percent(figure.range.now)}"></i></div>`
  return html`<section class="figure increment">
    ${head(figure, words)}
    <div class="row">${hero(figure.hero)}${aside(figure.aside)}</div>
    ${range}
  </section>`
}

function stock(figure, words) {
  const bar = figure.bar && html`
    <div class="bar ages">${figure.bar.map((share, index) => html`<i class="age-${index}" style="width:${percent(share)}"></i>`)}</div>`
  return html`<section class="figure stock">
    ${head(figure, words)}
    <div class="row">${hero(figure.hero)}${aside(figure.aside)}</div>
    ${bar}
    ${figure.parts && parts(figure.parts)}
  </section>`
}

const plainFigure = (figure, words) => html`<section class="figure ${figure.kind}">
  ${head(figure, words)}
  <div class="row">${hero(figure.hero)}${aside(figure.aside)}</div>
</section>`

const FIGURES = { same_day: sameDay, increment, stock, variable: plainFigure, on_time: plainFigure }

// names: which figures, from the top.
const figuresPanel = names => wall => html`<div class="figures">${names.map(name => FIGURES[name](wall.data.figures[name], wall.words))}</div>`
