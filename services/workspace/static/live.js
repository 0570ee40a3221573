// Fetches the page again when a stream has changed, and takes over the parts that show it. One tab listens for all.
const bar = document.getElementById("live"), said = document.getElementById("live-said"), button = bar.querySelector("button");
const trust = window.trustedTypes?.createPolicy("norrsam", { createHTML: (text) => text });
const wanted = new Set(), waiting = new Map(), AGAIN = 10_000;
let busy = false, sent = false;
addEventListener("submit", () => { sent = true; });

const live = () => [...document.querySelectorAll("[data-live]")];
const heading = (part) => document.getElementById(part.getAttribute("aria-labelledby")) ?? document.querySelector("h1");
const changed = (field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
  : field.options ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected))
    : field.type !== "hidden" && field.value !== field.defaultValue;
const inUse = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input, select, textarea")].some(changed);
function bare(part) { // a form has a new key each time
  const copy = part.cloneNode(true);
  for (const key of copy.querySelectorAll("input[name=key]")) key.remove();
  return copy;
}

function put(part, fresh) {
  waiting.get(part.id)?.notice.remove();
  waiting.delete(part.id);
  part.replaceWith(fresh);
}

function offer(part, fresh) {
  if (waiting.has(part.id)) { waiting.get(part.id).fresh = fresh; return; }
  const show = document.createElement("button"), notice = document.createElement("p");
  show.type = "button";
  show.textContent = bar.dataset.show;
  notice.className = "notice renewed";
  notice.append(show);
  part.before(notice);
  waiting.set(part.id, { fresh, notice });
  show.addEventListener("click", () => {
    const newest = waiting.get(part.id).fresh;
    put(part, newest);
    const title = heading(newest);
    title.tabIndex = -1;
    title.focus();
  });
}

function outdated(part) {
  if (!part.hidden || sent) return;
  part.hidden = false;
  said.textContent = part.textContent.trim();
}

async function renew() {
  if (busy || document.hidden) return;
  busy = true;
  const names = [...wanted];
  wanted.clear();
  const old = live().filter((part) => names.includes("*") || part.dataset.live.split(" ").some((name) => names.includes(name)));
  if (old.length) await take(old).catch(() => {}); // no answer: the next hint, or the next connection, heals it
  busy = false;
  if (wanted.size) renew();
}

async function take(old) {
  const answer = await fetch(location.href, { headers: { "Norrsam-Renewed": "1" }, redirect: "manual" });
  if (answer.status === 410) old.filter((part) => part.dataset.version).forEach(outdated);
  if (!answer.ok) return;
  const html = await answer.text();
  const page = new DOMParser().parseFromString(trust ? trust.createHTML(html) : html, "text/html");
  const titles = [];
  for (const part of old) {
    const fresh = page.getElementById(part.id);
    if (fresh && part.dataset.version) { // a form: nothing of it is replaced, but its user is told
      if (fresh.dataset.version !== part.dataset.version) outdated(part);
      continue;
    }
    if (!fresh || (bare(fresh).isEqualNode(bare(part)) && !waiting.has(part.id))) continue;
    if (inUse(part) || sessionStorage.paused) offer(part, fresh);
    else { put(part, fresh); titles.push(heading(fresh).textContent.trim()); }
  }
  if (titles.length) said.textContent = `${bar.dataset.renewed} ${titles.join(", ")}`;
}

const hear = (names) => { for (const name of names) wanted.add(name); renew(); };
const label = () => { button.textContent = sessionStorage.paused ? bar.dataset.goOn : bar.dataset.pause; };
button.addEventListener("click", () => { 
  sessionStorage.paused = sessionStorage.paused ? "" : "1";
  label();
  if (!sessionStorage.paused) hear(["*"]);
});
document.addEventListener("visibilitychange", () => { if (wanted.size) renew(); });

setInterval(() => { // what could not be shown: no hint may come before it can
  if (live().some((part) => part.querySelector("[data-away]"))) hear(["*"]);
}, AGAIN);

if (navigator.locks && live().length) {
  label();
  bar.hidden = false;
  const others = new BroadcastChannel("norrsam");
  others.addEventListener("message", (event) => hear(event.data));
  navigator.locks.request("norrsam", () => new Promise((end) => {
    const hints = new EventSource("/nytt"), tell = (names) => { others.postMessage(names); hear(names); };
    let lost = false;
    hints.addEventListener("open", () => { if (lost) tell(["*"]); lost = false; });
    hints.addEventListener("message", (event) => tell(event.data.split(" ")));
    hints.addEventListener("error", () => { lost = true; if (hints.readyState === EventSource.CLOSED) end(); });
  }));
}
