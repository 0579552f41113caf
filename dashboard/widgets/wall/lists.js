// The right column: red grids and why, pending escalations, latest cases, heartbeats; and the map's words.

const listHead = (title, note, count) => html`<header class="list"><h2><span data-fit>${title}</span>${count !== undefined && html`<b data-fade>${count}</b>`}</h2><span class="note">${note}</span></header>`

const REASON = 9.0 // heights of rows, u
const WAITING = 9.4
const NEWS = 4.9
const HEAD = 6.6

function reasonRows(rows) {
  return rows.map(row => html`
    <li class="reason" data-key="${row.id}">
      ${levelMark(row.level)}<b class="name" data-fit="middle">${row.name}</b>
      <span class="why">${row.why.map(line => html`<span data-names>${line.map((part, at) => html`<i>${at ? "\u00a0·\u00a0" : ""}${part}</i>`)}</span>`)}</span>
    </li>`)
}

function reasons(wall, count) {
  const { rows, title, note, total } = wall.data.reasons
  const shown = rows.slice(0, count)
  const more = total - shown.length
  const rest = more > 0 ? fill(wall.words.more, { n: more }) : note
  return html`<section class="list reasons">
    ${listHead(title, rest)}
    <ul>${reasonRows(shown)}${rows.length === 0 && html`<li class="nothing">${wall.data.reasons.nothing}</li>`}</ul>
  </section>`
}

const deadline = row => row.deadline
  ? html`<span class="clock" data-clock="until" data-at="${row.deadline}"></span>`
  : html`<span class="clock none" data-clock="since" data-at="${row.raised}"></span>`

// Who asks whom; long names give way in their middle, since a grid's number stands at the end.
const route = row => html`<span class="route"><span data-fit="middle">${row.area}</span><i>→</i><span data-fit="middle">${row.department}</span>${row.phone && html`<b class="phone">${row.phone}</b>`}</span>`

// The route has the whole width: the clock stands above it.
function escalationRows(rows) {
  return rows.map(row => html`
    <li class="spread" data-key="${row.id}">${levelMark(row.level)}<span class="what">
      <span class="first"><span class="title" data-fit>${row.title}</span>${deadline(row)}</span>${route(row)}</span></li>`)
}

function waiting(wall, count) {
  const { rows, title, note, total, nothing } = wall.data.escalations
  return html`<section class="list escalations">
    ${listHead(html`${wall.data.map.waiting.length > 0 && html`<b class="up-mark">↑</b>`}${title}`, isHeld(wall) ? fill(wall.words.clocksRun, { time: heldAt(wall) }) : note, total)}
    <ul>${escalationRows(rows.slice(0, count))}${rows.length === 0 && html`<li class="nothing">${nothing}</li>`}</ul>
  </section>`
}

function latest(wall, count) {
  const { rows, title, note, nothing } = wall.data.latest
  return html`<section class="list latest">
    ${listHead(title, note)}
    <ul>${rows.slice(0, count).map(row => html`
      <li class="news" data-key="${row.id}">
        ${levelMark(row.level)}<time>${row.time}</time><span class="area" data-fit="middle">${row.area}</span>
        <span class="title" data-fit>${row.title}</span><span class="channel">${row.channel}</span>
      </li>`)}${rows.length === 0 && html`<li class="nothing">${nothing}</li>`}</ul>
  </section>`
}

// The names at both ends of the ranking, one line each; nothing where units are not ranked.
function ends(wall) {
  const { ends: lines } = wall.data.ranking
  return html`<section class="ends">${lines.map(line => html`
    <div><h3>${line.label}</h3><span data-names>${line.names.map(name => html`<span>${name}</span>`)}</span></div>`)}</section>`
}

// Shares out the height of a column: red grids first, then escalations, then news; what is left goes to news.
function shareRows(height, wall, lines) {
  const { reasons: red, escalations, latest: news } = wall.data
  let room = height - 3 * HEAD - (lines ? lines * NEWS + 3.2 : 0)
  const rows = { reasons: Math.min(red.rows.length, 2), waiting: Math.min(escalations.rows.length, 3), news: Math.min(news.rows.length, 3) }
  room -= Math.max(rows.reasons * REASON, NEWS) + Math.max(rows.waiting * WAITING, NEWS) + Math.max(rows.news * NEWS, NEWS)
  const grow = (name, limit, height) => {
    while (rows[name] < limit && room >= height) {
      rows[name] += 1
      room -= height
    }
  }
  grow("waiting", Math.min(escalations.rows.length, 4), WAITING)
  grow("reasons", Math.min(red.rows.length, 3), REASON)
  grow("waiting", Math.min(escalations.rows.length, 6), WAITING)
  grow("news", news.rows.length, NEWS)
  return rows
}

// The ends of the ranking stand here where the ranking itself has no column of its own.
const listsPanel = hasRanking => (wall, box) => {
  const lines = hasRanking ? 0 : wall.data.ranking.ends.length
  const rows = shareRows(box.h, wall, lines)
  return html`<div class="lists">${reasons(wall, rows.reasons)}${waiting(wall, rows.waiting)}${latest(wall, rows.news)}${lines > 0 && ends(wall)}</div>`
}

const reasonsPanel = (wall, box) => reasons(wall, Math.floor((box.h - HEAD) / REASON))
const latestPanel = (wall, box) => latest(wall, Math.floor((box.h - HEAD) / NEWS))

const beat = source => source.until
  ? html`<b>${source.until}</b>`
  : html`<b data-clock="source" data-source="${source.id}" data-at="${source.at ?? ""}" data-expected="${source.expected ?? ""}"></b>`

function beatsPanel(wall) {
  return html`<div class="beats" data-beats>${wall.data.sources.map(source => html`
    <span data-key="${source.id}">${source.name} ${beat(source)}</span>`)}<b class="rest" data-key="rest" hidden></b></div>`
}

function beatsListPanel(wall) {
  return html`<section class="list">${listHead(wall.words.heartbeats, "")}<ul class="beat-list">${wall.data.sources.map(source => html`
    <li data-key="${source.id}"><span data-fit>${source.name}</span> ${beat(source)}</li>`)}</ul></section>`
}

// Grids with an escalation that waits: an outlined arrow, inverse once a deadline has passed.
const waitingMarks = wall => wall.data.map.waiting.map(mark => html`
  <b class="up-mark ${mark.due.some(due => due !== null && due < serverNow()) ? "over" : ""}" data-key="${mark.id}" style="left:calc(${mark.x} * var(--u));top:calc(${mark.y} * var(--u))">↑</b>`)

const mapHeadPanel = wall => html`<header class="map-head"><h2>${wall.data.map.title}</h2><span class="note" data-fit>${wall.data.map.note}</span></header>`

const legendPanel = wall => html`<div class="legend">${wall.data.map.legend.map(item => html`
  <div><span class="level">${levelMark(item.level)}<b>${item.word} <span data-fade>${item.count}</span></b></span><span class="meaning">${item.new ? html`<svg class="new" viewBox="0 0 20 20"><circle class="ring" cx="10" cy="10" r="8.5"/><circle cx="10" cy="10" r="3"/></svg>` : ""}${item.meaning}</span></div>`)}</div>`

// New cases: a dot where each was reported, and a ring that goes out once.
function newCases(wall) {
  const since = serverNow() - 15 * 60_000
  return html`<div class="new-cases">${wall.data.map.new.filter(item => item.at > since).map(item => html`
    <i data-key="${item.id}" style="left:calc(${item.x.toFixed(2)} * var(--u));top:calc(${item.y.toFixed(2)} * var(--u))"></i>`)}${waitingMarks(wall)}</div>`
}
