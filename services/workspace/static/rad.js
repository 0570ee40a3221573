// The advice page with scripts: the gate runs here, so it works without a network, and nothing is sent or kept.
import { decide } from "./gate.js";

const place = document.getElementById("gate");
const words = place.dataset;
const EMPTY = { dangers: null, called: false, at_work: null, condition: null, suspicion: null, from_abroad: null, signs: null };
const CALLS = ["CALL_112", "CALL_POLICE", "CALL_CUSTOMS"];
const VALUES = { true: true, false: false };
let tables, situation = EMPTY, before = [];

const make = (name, attributes = {}, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};
const number = (code) => tables.numbers[code][0];
const tel = (code) => `tel:${number(code).replaceAll(" ", "")}`;

function choice(field, several, [value, text]) {
  const id = `${field}-${value}`;
  const input = make("input", { type: several ? "checkbox" : "radio", name: field, value, id, ...(several ? {} : { required: "" }) });
  return make("div", { class: "choice" }, input, make("label", { for: id }, text[0].toUpperCase() + text.slice(1)));
}

function question(step) {
  const { field, text, several } = tables.questions[step];
  const choices = tables.choices[field].map((each) => choice(field, several, each));
  const legend = make("legend", {}, make("h2", { id: "next", tabindex: "-1" }, text[0]));
  const hint = several ? [make("p", { class: "hint" }, words[field])] : [];
  return [make("fieldset", {}, legend, ...hint, ...choices), make("button", { type: "submit" }, words.goOn)];
}

function advice(answer) {
  const calls = answer.calls.map((code) => make("a", { class: code === "EMERGENCY" ? "call danger" : "call", href: tel(code) },
    `${words.call} ${number(code)}`, make("span", {}, code === "EMERGENCY" ? "" : tables.numbers[code][1])));
  const heading = make("h2", { id: "next", tabindex: "-1" }, words[answer.outcome.toLowerCase()]);
  const read = lines(answer.lines.filter((code) => !CALLS.includes(code))); // the links say it
  if (answer.outcome !== "EMERGENCY") return [heading, read, ...calls]; // whoever shall ask first reads so first
  return [heading, ...calls, read, make("button", { type: "submit" }, words.called)];
}

const lines = (codes) => make("ul", { class: "lines" }, ...codes.map((code) => make("li", {}, tables.lines[code][0])));

function show(focus) {
  const answer = decide(tables, situation);
  const asks = answer.outcome === "ASK";
  const told = asks && answer.lines.length ? [lines(answer.lines)] : [];
  const form = make("form", {}, ...told, ...(asks ? question(answer.step) : advice(answer)));
  const back = make("button", { type: "button", class: "quiet" }, words.back);
  const again = make("button", { type: "button", class: "quiet" }, words.again);
  back.addEventListener("click", () => { situation = before.pop(); show(true); });
  again.addEventListener("click", () => { situation = EMPTY; before = []; show(true); });
  form.addEventListener("submit", (event) => { event.preventDefault(); take(form, answer); });
  place.replaceChildren(form, ...(before.length ? [make("p", { class: "ways" }, back, " ", again)] : []));
  if (focus) { window.scrollTo(0, 0); document.getElementById("next").focus({ preventScroll: true }); }
}

function take(form, answer) {
  before.push(situation);
  if (answer.outcome === "EMERGENCY") situation = { ...situation, called: true };
  else {
    const { field, several } = tables.questions[answer.step];
    const values = new FormData(form).getAll(field).map((value) => VALUES[value] ?? value);
    situation = { ...situation, [field]: several ? values : values[0] };
  }
  show(true);
}

if ("serviceWorker" in navigator && window.isSecureContext) {
  const trust = window.trustedTypes?.createPolicy("norrsam", { createScriptURL: (address) => address });
  navigator.serviceWorker.register(trust ? trust.createScriptURL("/rad/sw.js") : "/rad/sw.js", { scope: "/rad/" });
}
const answer = await fetch(words.tables);
tables = await answer.json();
if (!place.dataset.begun) { // what was ticked while this was loading stays
  const ticked = [...place.querySelectorAll("input:checked")].map((input) => input.id);
  show(false);
  for (const id of ticked) document.getElementById(id).checked = true;
}
