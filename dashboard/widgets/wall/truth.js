// Whether the wall is true at this moment: how late its data are, whether its day is still today, who does not answer.

const LATE = 30, DEAD = 120 // seconds
const MIDNIGHT_GRACE = 5 // seconds a picture of yesterday is waited for after midnight

// The figures say "today" of the day the picture was made for.
const isOfAnotherDay = wall => wall.data.live && dayOf(serverNow() - MIDNIGHT_GRACE * 1000, wall.zone) > wall.data.day

// "": all is well; "outage": server or database do not answer, the data are young still; "late", "dead": the band.
function latenessOf(wall) {
  const age = wall.data.live ? dataAge() : null
  if (age !== null && age >= DEAD) return "dead"
  if ((age !== null && age >= LATE) || isOfAnotherDay(wall)) return "late"
  return clockState.outage ? "outage" : ""
}

// Below the band everything is held: as last known, and no younger than it says.
const isHeld = wall => wall.late === "late" || wall.late === "dead"

// Until when the picture holds: the last sign of life, since a picture nothing has changed in is not sent again.
const heldUntil = wall => clockState.fresh ?? wall.data.as_of
const heldAt = wall => hourMinuteSecond(heldUntil(wall), wall.zone)

// The same as a sentence; past midnight it names the day and goes no further than its end.
function heldSentence(wall) {
  if (!isOfAnotherDay(wall)) return fill(wall.words.heldAt, { time: heldAt(wall) })
  const time = dayOf(heldUntil(wall), wall.zone) === wall.data.day ? heldAt(wall) : "24:00"
  return fill(wall.words.heldSince, { day: wall.data.day_name, time })
}

// An outage is said at once and quietly, in the place where the age stands; the band crosses the head when the data are
// late. Records that nobody adds to have no age that matters: the verdict says when they end.
function ageBlock(wall) {
  const outage = wall.words.outages[clockState.outage]
  const said = outage ? html`<span class="outage" role="status">${outage}</span>` : html`<span>${wall.words.updated}</span>`
  return (wall.data.live || outage) && html`<div class="stamp" data-key="age">${said}${wall.data.live && html`<b data-clock="age"></b>`}</div>`
}

// What the band says: for how long nothing came, or that today has not come; then until when the picture holds, and why.
function bandSentences(wall) {
  const { words } = wall
  const isLate = dataAge() >= LATE
  const [before, after] = isLate ? fill(wall.late === "dead" ? words.dead : words.lateFor, { age: "\u0000" }).split("\u0000") : [words.dayPassed, ""]
  const why = isLate || clockState.outage ? words.troubles[clockState.outage] ?? words.troubles.silent : ""
  return html`<div class="say"><div class="verdict" data-fit>${before}${isLate && html`<span data-clock="late"></span>`}${after}</div>
    <div class="held" data-fit>${heldSentence(wall)} ${why}</div></div>`
}
