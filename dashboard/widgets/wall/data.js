// Hands the picture of this redraw to the wall, which is an element of its own that never changes.

const decoder = new TextDecoder()

export default function ({ data }) {
  if (!data) return
  const text = decoder.decode(data)
  if (text === window.wallText) return
  window.wallText = text
  window.wallData = JSON.parse(text)
  document.dispatchEvent(new CustomEvent("wall:data"))
}
