// The ranking: tiers as headings, the interval of each rank as a bar, columns like a newspaper's. No list numbered
// from 1 to 65, since the data cannot tell that much.

const RANK_ROW = 5.15 // u
// Widths in u: a rank's own parts but for name and interval; the least and most of these two; between columns, groups.
const RANK_PARTS = 14.2, NAME_LEAST = 12, NAME_MOST = 24, INTERVAL_LEAST = 7, INTERVAL_MOST = 26, COLUMN_GAP = 3.3, GROUP_GAP = 8

// What a name takes at least, set tight: letters of an alphabet are about half as wide as characters.
const nameWidth = name => [...name].reduce((sum, letter) => sum + (letter > "\u2e80" ? 3 : 1.54), 0)
const namesWidth = groups => {
  const widths = groups.flatMap(group => group.tiers.flatMap(tier => tier.rows.map(row => nameWidth(row.name))))
  return Math.min(NAME_MOST, Math.max(NAME_LEAST, ...widths))
}

function rankRow(row, size) {
  const at = rank => (size > 1 ? (100 * (rank - 1)) / (size - 1) : 0)
  const low = at(row.low), high = at(row.high)
  return html`<li class="rank" data-key="${row.id}">
    <span class="move">${row.move}</span><span class="name" data-fit="middle">${row.name}</span>
    <svg class="interval" viewBox="0 0 100 10" preserveAspectRatio="none"><line class="axis" x1="0" x2="100" y1="5" y2="5"/><rect x="${low.toFixed(1)}" y="2.6" width="${Math.max(2, high - low).toFixed(1)}" height="4.8"/></svg>
    <i class="dot" style="--at:${(at(row.rank) / 100).toFixed(3)}"></i>
    <span class="span">${row.low === row.high ? row.low : `${row.low}–${row.high}`}</span>
  </li>`
}

// One kind as a flat list of headings and rows. Where there is no room for all, the middle tier gives way first, then
// the inner ends of the two outer ones; a gap says how many are left out.
function rankLines(group, room, wall) {
  const keep = new Map(group.tiers.map(tier => [tier.tier, tier.rows.length]))
  const total = () => group.tiers.length + [...keep.values()].reduce((sum, count) => sum + count, 0)
  const cut = total() > room
  const limit = cut ? room - 1 : room
  if (keep.has(2)) keep.set(2, Math.max(0, keep.get(2) - Math.max(0, total() - limit)))
  while (total() > limit) {
    const tier = (keep.get(1) ?? 0) > (keep.get(3) ?? 0) ? 1 : 3
    if ((keep.get(tier) ?? 0) <= 1) break
    keep.set(tier, keep.get(tier) - 1)
  }
  const lines = []
  for (const tier of group.tiers) {
    const count = keep.get(tier.tier)
    const first = tier.tier === 1 ? count : tier.tier === 3 ? 0 : Math.ceil(count / 2)
    const left = tier.rows.length - count
    const gap = left > 0 && tier.tier === 2 ? [{ gap: fill(wall.words.between, { n: left }), id: `gap${group.kind}` }] : []
    lines.push({ head: tier.title, note: tier.count, id: group.kind + tier.tier })
    lines.push(...tier.rows.slice(0, first), ...gap, ...tier.rows.slice(tier.rows.length - (count - first)))
  }
  return lines
}

function rankColumn(lines, group, wall) {
  return html`<ul class="rank-column">${lines.map(line =>
    line.head ? html`<li class="tier" data-key="${line.id}"><b>${line.head}</b><span>${line.note}</span></li>`
    : line.gap ? html`<li class="gap" data-key="${line.id}">${line.gap}</li>`
    : rankRow(line, group.size))}</ul>`
}

function rankGroup(group, columns, perColumn, titled, wall) {
  const lines = rankLines(group, columns * perColumn, wall)
  const each = Math.min(perColumn, Math.max(1, Math.ceil(lines.length / columns)))
  const slices = []
  for (let start = 0; start < lines.length; start += each) slices.push(lines.slice(start, start + each))
  // A heading never stands last in a column.
  slices.forEach((slice, index) => {
    if (slices[index + 1] && slice.length > 1 && slice[slice.length - 1].head) slices[index + 1].unshift(slice.pop())
  })
  return html`<section class="rank-group" style="--columns:${columns};--gaps:${columns - 1}">
    <header class="list"><h2>${titled && html`${wall.data.ranking.title} · `}${group.title}</h2><span class="note" data-fit>${group.note}</span></header>
    <div class="rank-columns">${slices.map(slice => rankColumn(slice, group, wall))}</div>
  </section>`
}

const rankGroups = (groups, columns, rows, stacked, wall) => groups.map((group, index) => rankGroup(group, columns[index], rows[index], stacked && index === 0, wall))

const rankingPanel = (wall, box) => rankingOf(wall.data.ranking.groups, wall, box)

// The scene's own: communities beside the units, in a column of their own.
const rankingWhole = (wall, box) => rankingOf([...wall.data.ranking.groups, ...wall.data.ranking.communities], wall, box)

// Kinds side by side where there is room for a column each, else one above the other.
function rankingOf(groups, wall, box) {
  const { nothing, footnotes } = wall.data.ranking
  if (groups.length === 0) return html`<div class="nothing large">${nothing}</div>`
  const names = namesWidth(groups)
  const between = columns => Math.max(0, columns - groups.length) * COLUMN_GAP + (groups.length - 1) * GROUP_GAP
  let columns = Math.floor((box.w + COLUMN_GAP) / (RANK_PARTS + names + INTERVAL_LEAST + COLUMN_GAP))
  while (columns > 1 && box.w - between(columns) < columns * (RANK_PARTS + names + INTERVAL_LEAST)) columns -= 1
  const feet = box.w > 150 ? 5.5 : 9.5
  const shares = (whole, least) => {
    const total = groups.reduce((sum, group) => sum + group.size, 0)
    let left = whole
    return groups.map((group, index) => {
      const rest = groups.length - index - 1
      const share = rest ? Math.min(left - rest * least, Math.max(least, Math.round((whole * group.size) / total))) : left
      left -= share
      return share
    })
  }
  const stacked = columns < groups.length
  const heads = stacked ? groups.length * 6.5 : 5.5
  const rows = Math.floor((box.h - heads - feet) / RANK_ROW)
  const drawn = stacked
    ? rankGroups(groups, groups.map(() => 1), shares(rows, 7), true, wall)
    : rankGroups(groups, shares(columns, 1), groups.map(() => rows), false, wall)
  const each = stacked ? box.w : (box.w - between(columns)) / columns
  const interval = Math.min(INTERVAL_MOST, Math.max(INTERVAL_LEAST, each - RANK_PARTS - names))
  return html`<div class="ranking" style="--interval:calc(${interval.toFixed(2)} * var(--u));--each:calc(${each.toFixed(2)} * var(--u))">
    <div class="rank-groups ${stacked ? "stacked" : ""}">${drawn}</div>
    <footer>${footnotes.map(note => html`<span>${note}</span>`)}</footer>
  </div>`
}
