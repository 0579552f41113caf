// The ranking: tiers as headings, the interval of each rank as a bar, columns like a newspaper's. No list numbered
// from 1 to 65, since the data cannot tell that much.

const RANK_ROW = 5.15 // u

function rankRow(row, size) {
  const at = rank => (size > 1 ? (100 * (rank - 1)) / (size - 1) : 0)
  const low = at(row.low), high = at(row.high)
  return html`<li class="rank" data-key="${row.id}">
    <span class="move">${row.move}</span><span class="name" data-fit>${row.name}</span>
    <svg class="interval" viewBox="0 0 100 10" preserveAspectRatio="none"><line class="axis" x1="0" x2="100" y1="5" y2="5"/><rect x="${low.toFixed(1)}" y="2.6" width="${Math.max(2, high - low).toFixed(1)}" height="4.8"/></svg>
    <i class="dot" style="--at:${(at(row.rank) / 100).toFixed(3)}"></i>
    <span class="span">${row.low}–${row.high}</span>
  </li>`
}

// One kind as a flat list of headings and rows; the middle tier gives way where there is no room for all.
function rankLines(group, room, wall) {
  const lines = []
  let cut = Math.max(0, group.tiers.reduce((sum, tier) => sum + tier.rows.length + 1, 0) - room)
  for (const tier of group.tiers) {
    let rows = tier.rows
    let note = tier.count
    if (cut > 0 && tier.tier === 2 && rows.length > cut) {
      const left = rows.slice(Math.ceil((rows.length - cut) / 2), Math.ceil((rows.length - cut) / 2) + cut + 1)
      const start = rows.indexOf(left[0])
      rows = [...rows.slice(0, start), { gap: fill(wall.words.between, { n: left.length }), id: "gap" + group.kind }, ...rows.slice(start + left.length)]
      cut = 0
    }
    lines.push({ head: tier.title, note, id: group.kind + tier.tier }, ...rows)
  }
  return lines.slice(0, room)
}

function rankColumn(lines, group, wall) {
  return html`<ul class="rank-column">${lines.map(line =>
    line.head ? html`<li class="tier" data-key="${line.id}"><b>${line.head}</b><span>${line.note}</span></li>`
    : line.gap ? html`<li class="gap" data-key="${line.id}">${line.gap}</li>`
    : rankRow(line, group.size))}</ul>`
}

function rankGroup(group, columns, perColumn, wall) {
  const lines = rankLines(group, columns * perColumn, wall)
  const each = Math.min(perColumn, Math.max(1, Math.ceil(lines.length / columns)))
  const slices = []
  for (let start = 0; start < lines.length; start += each) slices.push(lines.slice(start, start + each))
  // A heading never stands last in a column.
  slices.forEach((slice, index) => {
    if (slices[index + 1] && slice.length > 1 && slice[slice.length - 1].head) slices[index + 1].unshift(slice.pop())
  })
  return html`<section class="rank-group" style="--columns:${columns}">
    <header class="list"><h2>${group.title}</h2><span class="note" data-fit>${group.note}</span></header>
    <div class="rank-columns">${slices.map(slice => rankColumn(slice, group, wall))}</div>
  </section>`
}

function rankingPanel(wall, box) {
  const { groups, nothing, footnotes } = wall.data.ranking
  if (groups.length === 0) return html`<div class="nothing large">${nothing}</div>`
  const perColumn = Math.floor((box.h - 5.5 - 5.5) / RANK_ROW)
  const columns = Math.max(groups.length, Math.floor((box.w + 4) / 46))
  const total = groups.reduce((sum, group) => sum + group.size, 0)
  let left = columns
  const widths = groups.map((group, index) => {
    const rest = groups.length - index - 1
    const share = rest ? Math.min(left - rest, Math.max(1, Math.round((columns * group.size) / total))) : left
    left -= share
    return share
  })
  return html`<div class="ranking">
    <div class="rank-groups">${groups.map((group, index) => rankGroup(group, widths[index], perColumn, wall))}</div>
    <footer>${footnotes.map(note => html`<span>${note}</span>`)}</footer>
  </div>`
}
