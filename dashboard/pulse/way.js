// The way from page to page within one load of the code. Streamlit goes by the page that a word came from: what a page
// tells while it is being left would be taken for a wish to have it drawn again, and the next one would stand empty.

const LEAVING_MS = 8000 // what has not come by then will not come
const HALF_WAY_MS = 250

const pageOf = address => new URL(address, location.href).pathname.split("/").filter(Boolean).pop() ?? ""
const queryOf = address => new URL(address, location.href).search

const way = (window.ggWay ??= onTheWay())

function onTheWay() {
  // to: the page that was chosen and is not drawn yet; isStep: by the browser's back or forward; drawn: the page that is
  const way = { drawn: null, to: null, at: -Infinity, isStep: false, isHalfWay: false, pushed: null, pushedAt: -Infinity }
  // What a page told just before is sent a moment later: the step waits for it, so that the step is the last word.
  let isPassedOn = false
  addEventListener("popstate", event => {
    if (isPassedOn) return
    event.stopImmediatePropagation()
    setOut(way, location.href, true)
    setTimeout(() => {
      isPassedOn = true
      dispatchEvent(new PopStateEvent("popstate", { state: event.state }))
      isPassedOn = false
    }, 10)
  }, true)
  const push = history.pushState.bind(history)
  history.pushState = (state, title, url) => {
    const address = url ?? location.href
    const isOtherPage = pageOf(address) !== pageOf(location.href)
    // two steps back at once: the page between them, drawn late, is no step forward
    if (isOtherPage && way.isStep && isUnderWay(way)) return
    // To another page Streamlit goes in two steps: it puts the new words to the old page, then goes. The first would
    // stand in the way back as a view that never was; the second takes its place.
    const isSecond = way.pushed === queryOf(address) && performance.now() - way.pushedAt < HALF_WAY_MS
    if (isOtherPage && (way.isHalfWay || isSecond)) history.replaceState(state, title, url)
    else push(state, title, url)
    way.isHalfWay = !isOtherPage && !way.isStep && isUnderWay(way)
    way.pushed = isOtherPage ? null : queryOf(address)
    way.pushedAt = performance.now()
  }
  return way
}

function setOut(way, address, isStep) {
  Object.assign(way, { to: pageOf(address), isStep, at: performance.now(), isHalfWay: false })
}

function arrived(page) {
  way.drawn = page
  if (page === way.to || way.to === "") way.to = null
}

const isUnderWay = way => way.to !== null && way.to !== way.drawn && performance.now() - way.at < LEAVING_MS

// Until a drawing has wholly arrived, a second one that follows at once may find the first half taken down and break
// off: what is told to Streamlit waits for the end of it, and no longer than a drawing may take.
const isBeingDrawn = () => document.querySelector(".stApp")?.dataset.testScriptState === "running"

function whenDrawn(tell, patience = 3000) {
  if (patience > 0 && isBeingDrawn()) setTimeout(whenDrawn, 30, tell, patience - 30)
  else tell()
}
