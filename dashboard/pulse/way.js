// The way from page to page within one load of the code. Streamlit goes by the page that a word came from: what a page
// tells while it is being left would be taken for a wish to have it drawn again, and the next one would stand empty.

const LEAVING_MS = 8000 // what has not come by then will not come
const HALF_WAY_MS = 250

const pageOf = address => new URL(address, location.href).pathname.split("/").filter(Boolean).pop() ?? ""
const queryOf = address => new URL(address, location.href).search

// drawn: the page that is; to: the one that was chosen and is not drawn yet, by a click or by a step in the history;
// pushed: the words last put into the history without leaving the page
const way = (window.ggWay ??= {
  drawn: null, to: null, at: -Infinity, isStep: false, isHalfWay: false, pushed: null, pushedAt: -Infinity,
})

const isUnderWay = () => way.to !== null && way.to !== way.drawn && performance.now() - way.at < LEAVING_MS

function setOut(address, isStep) {
  Object.assign(way, { to: pageOf(address), at: performance.now(), isStep, isHalfWay: false })
}

function arrived(page) {
  way.drawn = page
  if (page === way.to || way.to === "") way.to = null
}

// What a page told just before is sent a moment later: the step waits for it, so that the step is the last word.
function watchSteps() {
  let isPassedOn = false
  addEventListener("popstate", event => {
    if (isPassedOn) return
    event.stopImmediatePropagation()
    setOut(location.href, true)
    setTimeout(() => {
      isPassedOn = true
      dispatchEvent(new PopStateEvent("popstate", { state: event.state }))
      isPassedOn = false
    }, 10)
  }, true)
}

// To another page Streamlit goes in two steps: it puts the new words to the old page, then goes. The first would stand
// in the way back as a view that never was; the second takes its place.
function joinHalves() {
  const push = history.pushState.bind(history)
  history.pushState = (state, title, url) => {
    const address = url ?? location.href
    const isOtherPage = pageOf(address) !== pageOf(location.href)
    // two steps back at once: the page between them, drawn late, is no step forward
    if (isOtherPage && way.isStep && isUnderWay()) return
    const isJustPushed = way.pushed === queryOf(address) && performance.now() - way.pushedAt < HALF_WAY_MS
    const isSecond = way.isHalfWay || isJustPushed
    if (isOtherPage && isSecond) history.replaceState(state, title, url)
    else push(state, title, url)
    way.isHalfWay = !isOtherPage && !way.isStep && isUnderWay()
    way.pushed = isOtherPage ? null : queryOf(address)
    way.pushedAt = performance.now()
  }
}

if (!way.isWatched) { // once a page of the browser, though every component brings this code
  way.isWatched = true
  watchSteps()
  joinHalves()
}

// Until a drawing has wholly arrived, a second one that follows at once may find the first half taken down and break
// off: what is told to Streamlit waits for the end of it, and no longer than a drawing may take.
const isBeingDrawn = () => document.querySelector(".stApp")?.dataset.testScriptState === "running"

function whenDrawn(tell, patience = 3000) {
  if (patience > 0 && isBeingDrawn()) setTimeout(whenDrawn, 30, tell, patience - 30)
  else tell()
}
