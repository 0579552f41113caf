// A laptop page before Streamlit's code has come: the same region with the same markup, laid over the page until the page
// proper is drawn. Its links are real ones; where that code never comes they still lead on.

const LOOK_EVERY = 60 // milliseconds

// The pulse tells pages ages, and the server moments.
function agesOf(facts) {
  const age = at => (at === null ? null : Math.max(0, (facts.serverNow - at) / 1000))
  return Object.fromEntries(Object.entries(facts.sources).map(([source, at]) => [source, age(at)]))
}

const isDrawn = () =>
  [...document.querySelectorAll(".stApp *")].some(element => element.shadowRoot?.querySelector(".region header, .region h1"))
  || document.querySelector(".stApp .no-picture, .stApp .refused") !== null

function showFirst(box) {
  const { facts, ...data } = JSON.parse(box.querySelector("script").textContent)
  const shadow = box.attachShadow({ mode: "open" })
  shadow.innerHTML = `<style>${data.css}</style><div class="region"></div>`
  const region = new Region(shadow.querySelector(".region"))
  region.heard({ ...facts, sources: agesOf(facts) })
  region.configure({ ...data, reports: null }, () => {}, () => {})
  const clock = setInterval(() => region.tick(), 1000)
  const looking = setInterval(() => {
    if (!isDrawn()) return
    clearInterval(looking)
    clearInterval(clock)
    region.close()
    // one picture later, so that nothing is bare between the two
    requestAnimationFrame(() => requestAnimationFrame(() => box.remove()))
  }, LOOK_EVERY)
}

const firstBox = document.getElementById("laptop-first")
if (firstBox) showFirst(firstBox)
