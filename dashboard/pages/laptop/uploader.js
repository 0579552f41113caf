// The matter of the upload page: sends a file straight to the server's disk, passes wishes on, and looks again by itself
// how far the uploads are. What the server says is patched in; what was chosen and is being sent is drawn over it.

const LOOK_BUSY = 1000, LOOK_IDLE = 3000 // milliseconds
const MOST_MAPPING = 200000 // bytes

class Upload extends Region {
  constructor(root) {
    super(root)
    this.file = null
    this.sending = null // the share that has been sent, 0 to 1
    this.notice = ""
    root.addEventListener("change", event => this.chosen(event.target))
    for (const kind of ["dragover", "dragleave", "drop"]) root.addEventListener(kind, event => this.dragged(event))
  }

  configure(data, tell, keep) {
    if (data.query !== this.query) {
      this.notice = ""
      this.file = null
    }
    Object.assign(this, { base: data.base, query: data.query, to: data.to, says: data.says, stamp: data.stamp, busy: data.busy })
    super.configure(data, tell, keep)
    this.show()
    this.lookLater()
  }

  lookLater() {
    clearTimeout(this.looking)
    this.looking = setTimeout(() => this.look(), this.busy ? LOOK_BUSY : LOOK_IDLE)
  }

  async look() {
    const query = this.query
    try {
      if (!document.hidden) {
        const answer = await fetch(`${this.base}/view?${query}&stamp=${this.stamp}`, { cache: "no-store" })
        if (query !== this.query) return
        if (answer.status === 200) this.patch(await answer.json())
        this.isSilent = !answer.ok
      }
    } catch {
      this.isSilent = true
    }
    this.show()
    if (this.root.isConnected) this.lookLater()
  }

  patch(seen) {
    this.stamp = seen.stamp
    this.busy = seen.busy
    render(this.root, new Markup(seen.html))
  }

  clicked(event) {
    const button = event.target.closest("button[data-do]")
    if (!button) return super.clicked(event)
    if (this.isAsking) return
    if (button.dataset.do === "send") this.send()
    else this.wish(button.dataset.do)
  }

  chosen(control) {
    if (control.name === "file") this.take(control.files[0] ?? null)
    if (control.name === "mapping" || control.name === "toml") this.say("")
  }

  take(file) {
    this.file = file
    this.say("")
  }

  dragged(event) {
    const place = event.target.closest(".drop")
    if (!place) return
    event.preventDefault()
    place.classList.toggle("over", event.type === "dragover")
    if (event.type === "drop" && event.dataTransfer.files.length) this.take(event.dataTransfer.files[0])
  }

  say(notice) {
    this.notice = notice
    this.show()
  }

  // What the markup of the server does not know: the file chosen, what has been sent of it, what was not taken.
  show() {
    const put = (name, text) => {
      const element = this.root.querySelector(`[data-${name}]`)
      if (element && element.textContent !== text) element.textContent = text
      return element
    }
    put("file", this.file ? this.file.name : this.says.drop)?.classList.toggle("is-chosen", this.file !== null)
    put("toml", this.root.querySelector("[name=toml]")?.files[0]?.name ?? "")
    put("notice", this.notice || (this.isSilent ? this.says.silent : ""))
    put("sent", this.sending === null ? "" : fill(this.says.sending, { share: Math.floor(100 * this.sending) }))
    const own = this.root.querySelector("[data-own]")
    if (own) own.hidden = this.root.querySelector("[name=mapping]").value !== "*"
    for (const button of this.root.querySelectorAll("button[data-do]")) button.disabled = Boolean(this.isAsking)
  }

  async wish(what) {
    const upload = new URLSearchParams(this.query).get("job")
    await this.asking(() => this.ask("POST", `${this.base}/${upload}/${what}`))
    this.look()
  }

  async send() {
    const mapping = this.root.querySelector("[name=mapping]").value
    const toml = this.root.querySelector("[name=toml]").files[0]
    if (!this.file) return this.say(this.says.noFile)
    if (mapping === "*" && !toml) return this.say(this.says.noMapping)
    if (mapping === "*" && toml.size > MOST_MAPPING) return this.say(this.says.mappingTooBig)
    const file = this.file
    await this.asking(async () => {
      const given = { name: file.name, size: file.size, mapping }
      if (mapping === "*") Object.assign(given, { toml: await toml.text(), toml_name: toml.name })
      const begun = await this.ask("POST", this.base, JSON.stringify(given))
      if (!begun.id) return
      this.sending = 0
      const done = await this.ask("PUT", `${this.base}/${begun.id}`, file)
      if (!done.said) this.go(this.to.replace("job=JOB", `job=${begun.id}`))
    })
  }

  // One thing at a time: a second click meanwhile is none.
  async asking(act) {
    this.isAsking = true
    this.say("")
    try {
      await act()
    } finally {
      this.isAsking = false
      this.sending = null
      this.show()
    }
  }

  // The server's answer; where it is no good one, its sentence stands on the page.
  ask(method, address, body) {
    return new Promise(resolve => {
      const request = new XMLHttpRequest()
      const ended = said => {
        if (said) this.notice = said
        resolve({ said })
      }
      request.upload.onprogress = event => {
        if (this.sending === null || !event.total) return
        this.sending = event.loaded / event.total
        this.show()
      }
      request.onload = () => {
        const told = request.responseText.startsWith("{") ? JSON.parse(request.responseText) : {}
        if (request.status < 300) resolve(told)
        else ended(told.said ?? this.says.failed)
      }
      request.onerror = request.onabort = () => ended(this.says.failed)
      request.open(method, `${address}?lang=${this.language}`)
      request.send(body)
    })
  }

  close() {
    super.close()
    clearTimeout(this.looking)
  }
}

const uploads = new WeakMap()

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  const root = parentElement.querySelector(".region")
  if (!root) return
  if (!uploads.has(root)) uploads.set(root, new Upload(root))
  const upload = uploads.get(root)
  upload.configure(data, setTriggerValue, setStateValue)
  return () => upload.close()
}
