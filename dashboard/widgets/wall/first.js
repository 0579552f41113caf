// The first picture: the wall's own drawing code in a place of its own, before the page's code has come. Panels give
// way when the wall proper is drawn, the flat map when the deck has drawn. A page whose code never comes is loaded again.

const LOOK_EVERY = 100, RELOAD_AFTER = 60_000, FLAT_MAP_STAYS = 1500, NO_DECK_AFTER = 20_000 // milliseconds

const DRAWING = ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"]

// Calls back at the first drawing in any canvas, and leaves WebGL as it was.
function atFirstDrawing(call) {
  const owner = window.WebGL2RenderingContext?.prototype
  if (!owner) return
  const kept = DRAWING.map(name => owner[name])
  DRAWING.forEach((name, index) => {
    owner[name] = function (...values) {
      DRAWING.forEach((each, at) => (owner[each] = kept[at]))
      call()
      return kept[index].apply(this, values)
    }
  })
}

// The pulse tells pages ages, and the server moments.
function agesOf(facts) {
  const age = at => (at === null ? null : Math.max(0, (facts.serverNow - at) / 1000))
  return Object.fromEntries(Object.entries(facts.sources).map(([source, at]) => [source, age(at)]))
}

const wallIsDrawn = () =>
  [...document.querySelectorAll(".st-key-wall_shell_box *")].some(element => element.shadowRoot?.querySelector(".wall[data-size]"))

function showFirst(box) {
  const told = name => JSON.parse(box.querySelector(`script.${name}`).textContent)
  const { options, facts, health } = told("given")
  const host = box.querySelector(".first-wall")
  const shadow = host.attachShadow({ mode: "open" })
  shadow.append(box.querySelector("template").content)
  const started = performance.now()
  window.wallData = told("picture")
  const wall = new Wall(shadow.querySelector(".wall"), { ...options, report() {}, fail() {} })
  wall.heard({ ...facts, sources: agesOf(facts) })
  wall.draw()
  const looking = setInterval(() => {
    if (wallIsDrawn()) {
      clearInterval(looking)
      wall.close()
      host.remove()
      box.classList.add("under")
      setTimeout(() => box.remove(), NO_DECK_AFTER)
    } else if (performance.now() - started > RELOAD_AFTER) {
      clearInterval(looking)
      // only where the server answers: the last picture is better than the browser's own page about an error
      const again = () => fetch(health, { cache: "no-store" }).then(answer => answer.ok && location.reload(), () => {})
      setInterval(() => wallIsDrawn() || again(), 5000)
    }
  }, LOOK_EVERY)
  atFirstDrawing(() => setTimeout(() => box.querySelector(".first-map")?.remove(), FLAT_MAP_STAYS))
}

const firstBox = document.getElementById("wall-first")
if (firstBox) showFirst(firstBox)
