import { en, fa } from "/_sandbox/words.js";

const wanted = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const lang = wanted.startsWith("fa") ? "fa" : "en";
const words = lang === "fa" ? fa : en;
const by = (id) => document.getElementById(id);
const number = (value) => new Intl.NumberFormat(lang).format(value);
const percent = (value) => new Intl.NumberFormat(lang, { style: "percent" }).format(value);
const locale = lang === "fa" ? "fa-IR" : "en-GB";
const timeOf = (millis, style = { timeStyle: "medium" }) => new Intl.DateTimeFormat(locale, style).format(millis);
const day = { dateStyle: "medium", timeStyle: "medium" };
/** A word of this page, or one of the sandbox that has no other. */
const word = (key, value) => (words[key] ?? String(key).replaceAll("_", " ")).replace("{}", value);

document.documentElement.lang = lang;
document.documentElement.dir = lang === "fa" ? "rtl" : "ltr";
for (const it of document.querySelectorAll("[data-t]")) if (words[it.dataset.t]) it.textContent = words[it.dataset.t];
for (const it of document.querySelectorAll("[data-l]")) if (words[it.dataset.l]) it.setAttribute("aria-label", words[it.dataset.l]);
document.querySelector(`nav [lang=${lang}]`).setAttribute("aria-current", "true");
document.title = document.querySelector("h1").textContent;

/** An element, its attributes and what is in it. Texts are never read as HTML. */
function el(name, attributes = {}, ...children) {
  const svg = ["svg", "rect", "line", "title"].includes(name);
  const it = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  it.append(...children.filter((child) => child !== null));
  return it;
}
/** What runs from left to right in any language: paths, numbers of telephones, names of calls. */
const ltr = (text, attributes = {}) => el("bdi", { dir: "ltr", ...attributes }, String(text));
const code = (text) => el("code", { dir: "ltr" }, el("bdi", {}, String(text)));
const own = (text) => el("bdi", {}, String(text));
const soft = (...children) => el("span", { class: "soft" }, ...children);
const line = (...children) => el("div", { class: "line" }, ...children);

function complain(text) {
  by("problem").textContent = text;
  by("problem").hidden = !text;
}

async function api(method, path, body) {
  const headers = { "X-Payvand-Sandbox": "page", "Content-Type": "application/json" };
  const answer = await fetch(`/_sandbox${path}`, { method, headers: method === "GET" ? {} : headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : {};
  if (!answer.ok) throw new Error(json.detail ?? answer.statusText);
  return json;
}

/** Does what a control asks for, and shows what came of it. */
async function change(method, path, body) {
  try {
    await api(method, path, body);
    complain("");
  } catch (error) {
    complain(error.message);
  }
  await refresh();
}

const shown = new Map();
/** Shows a list, if it is another than before; whoever has the focus inside keeps it. */
function show(id, items, item) {
  const json = JSON.stringify(items);
  if (shown.get(id) === json) return;
  shown.set(id, json);
  const focus = document.activeElement?.id;
  const rows = items.length ? items.map(item) : [el("li", { class: "empty" }, word("none"))];
  by(id).replaceChildren(...rows);
  if (focus) by(focus)?.focus();
}

// Requests.
const rows = new Map();
const MOST_ROWS = 200;

function requestRow(request) {
  const status = request.status === null ? word("no_answer") : request.status;
  const kind = request.status === null || request.status >= 500 ? "bad" : request.status >= 400 ? "busy" : "good";
  const call = request.provider ? `${request.provider} ${request.call ?? ""}` : null;
  const detail = el("pre", { tabindex: "0" });
  const row = el("li", {}, el("details", {}, el("summary", {}, line(
    soft(timeOf(request.received_at)), call ? ltr(call) : soft(word("nowhere")), code(`${request.method} ${request.path}`),
    request.fault ? el("span", { class: "busy" }, ltr(request.fault)) : null,
    el("strong", { class: `end ${kind}` }, ltr(status)),
  )), detail));
  row.firstChild.addEventListener("toggle", async () => {
    const record = await api("GET", `/requests/${request.number}`).catch((error) => ({ problem: error.message }));
    detail.textContent = JSON.stringify(record, null, 2);
  });
  return row;
}

function addRequest(request, isNew) {
  const row = requestRow(request);
  rows.get(request.number)?.remove();
  rows.set(request.number, row);
  if (isNew) {
    row.classList.add("new");
    by("latest").textContent = `${request.provider ?? word("nowhere")} ${request.call ?? ""} ${request.status ?? word("no_answer")}`;
  }
  by("request-list").querySelector(".empty")?.remove();
  by("request-list").prepend(row);
  for (const [old, it] of rows) {
    if (rows.size <= MOST_ROWS) break;
    it.remove();
    rows.delete(old);
  }
}

async function loadRequests() {
  const { requests } = await api("GET", `/brief-requests?limit=${MOST_ROWS}`);
  rows.clear();
  by("request-list").replaceChildren(...(requests.length ? [] : [el("li", { class: "empty" }, word("none"))]));
  for (const request of requests) addRequest(request, false);
}

// Everything else.
function orderItem(order) {
  const tone = order.state === "completed" ? "good" : "busy";
  const label = `${number(order.delivered)} / ${number(order.count)}`;
  return el("li", {},
    line(el("strong", {}, word(order.kind)), own(label), el("span", { class: `end ${tone}` }, word(order.state))),
    el("progress", { max: order.count, value: order.delivered, "aria-label": label }),
    line(code(order.link), soft(code(order.id)), soft(timeOf(order.placed_at))));
}

/** How often a link was clicked, in 30 equal parts of the time since the first click. */
function chart(clicks, now) {
  const [parts, first] = [30, clicks[0].at];
  const span = Math.max(now - first, 60_000) / parts;
  const counts = new Array(parts).fill(0);
  for (const { at } of clicks) counts[Math.min(parts - 1, Math.max(0, Math.floor((at - first) / span)))] += 1;
  const most = Math.max(...counts);
  const bars = counts.map((count, index) => {
    const height = (count / most) * 56;
    const title = el("title", {}, `${timeOf(first + index * span, day)}: ${number(count)}`);
    return el("rect", { x: index * 10 + 1, width: 8, y: 58 - height, height }, title);
  });
  const label = `${word("clicks", number(clicks.length))}: ${timeOf(first, day)} – ${timeOf(now, day)}`;
  const ground = el("line", { x1: 0, x2: 300, y1: 59, y2: 59 });
  return el("svg", { viewBox: "0 0 300 60", preserveAspectRatio: "none", role: "img", "aria-label": label }, ground, ...bars);
}

function linkItem(link) {
  const who = new Set(link.clicks.flatMap(({ browser, os, referer }) => [browser, os, referer]));
  who.delete("Unknown");
  return el("li", {},
    line(
      el("a", { href: `/${link.hash}`, target: "_blank", rel: "noreferrer" }, ltr(`/${link.hash}`)),
      own(word("clicks", number(link.clicks.length))),
      ...link.tags.map((tag) => soft(own(`#${tag}`))),
      link.is_active ? null : el("span", { class: "end bad" }, word("switched_off")),
    ),
    link.kind === "content" ? own(link.content) : code(link.content),
    link.clicks.length ? chart(link.clicks, clock()) : null,
    who.size ? soft(ltr([...who].slice(0, 8).join(", "))) : null);
}

function messageItem(message) {
  const tone = message.state === "delivered" ? "good" : message.state === "cancelled" ? "bad" : "busy";
  return el("li", {},
    line(
      ltr(`${message.sender} → ${message.recipient}`),
      soft(ltr(message.provider)),
      soft(word("parts", number(message.segments))),
      el("span", { class: `end ${tone}` }, word(message.state)),
    ),
    own(message.text));
}

const inboundItem = (message) => el("li", {},
  line(
    ltr(`${message.sender} → ${message.line}`),
    soft(ltr(message.provider)),
    el("span", { class: "end soft" }, word(message.is_read ? "read" : "unread")),
  ),
  own(message.text));

function accountItem({ provider, about, state, balance, ...values }) {
  return el("li", {},
    line(
      el("strong", {}, ltr(provider)),
      about ? soft(ltr(about)) : null,
      state ? soft(word(state)) : null,
      balance === undefined ? null : el("span", { class: "end" }, word("balance", number(balance))),
    ),
    line(...Object.entries(values).map(([name, value]) => code(`${name}: ${value}`))));
}

function faultItem(fault) {
  const label = `${word("remove")}: ${fault.about}`;
  const remove = el("button", { id: `remove-${fault.number}`, class: "end", "aria-label": label }, word("remove"));
  remove.addEventListener("click", () => change("DELETE", `/faults/${fault.number}`));
  return el("li", {}, line(
    el("strong", {}, ltr(fault.about)),
    ltr([fault.provider, fault.call].filter(Boolean).join(" ")),
    soft(fault.times === null ? word("always") : word("left", number(fault.times))),
    fault.from_nth > 1 ? soft(word("from", number(fault.from_nth))) : null,
    fault.chance < 1 ? soft(word("by_chance", percent(fault.chance))) : null,
    remove,
  ));
}

let ahead = 0;
const clock = () => Date.now() + ahead;
const tick = () => (by("now").textContent = timeOf(clock(), day));

let state = { providers: [] };
let running = null;
/** Fetches and shows everything but the requests, once at a time. */
function refresh() {
  running ??= load().catch(() => {}).finally(() => (running = null));
  return running;
}

async function load() {
  const get = (path) => api("GET", path);
  const [overview, faults, orders, links, messages, inbound, accounts] = await Promise.all(
    ["", "/faults", "/orders?limit=100", "/links?limit=50", "/messages?limit=100", "/inbound-messages?limit=100", "/accounts"].map(get));
  state = overview;
  ahead = overview.now - Date.now();
  tick();
  by("request-count").textContent = word("total", number(overview.requests));
  show("waiting", faults.faults, faultItem);
  show("orders", orders.orders.reverse(), orderItem);
  show("links", links.links.reverse(), linkItem);
  show("messages", messages.messages.reverse(), messageItem);
  show("received", inbound.messages.reverse(), inboundItem);
  show("accounts", accounts.accounts, accountItem);
}

// Controls.
for (const it of document.querySelectorAll("[data-advance]")) {
  it.addEventListener("click", () => change("POST", "/clock/advance", { seconds: Number(it.dataset.advance) }));
}
for (const it of document.querySelectorAll("[data-fault]")) {
  it.addEventListener("click", () => change("POST", "/faults", { fault: it.dataset.fault }));
}
by("clear-faults").addEventListener("click", () => change("DELETE", "/faults"));
by("clear-requests").addEventListener("click", () => change("DELETE", "/requests").then(loadRequests));
by("reset").addEventListener("click", () => confirm(word("sure")) && change("POST", "/reset").then(loadRequests));

const faultForm = by("fault").elements;
const option = (value) => el("option", { value, dir: "ltr" }, value);
faultForm.provider.addEventListener("change", () => {
  const calls = state.providers.find(({ name }) => name === faultForm.provider.value)?.calls ?? [];
  faultForm.call.replaceChildren(faultForm.call.options[0], ...calls.map(option));
});
by("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const { provider, call, fault, from_nth, times, chance } = faultForm;
  change("POST", "/faults", {
    fault: fault.value, provider: provider.value || null, call: call.value || null,
    from_nth: Number(from_nth.value), times: Number(times.value), chance: Number(chance.value) / 100,
  });
});
by("receive").addEventListener("submit", (event) => {
  event.preventDefault();
  const { provider, sender, line, text } = by("receive").elements;
  const message = { provider: provider.value, sender: sender.value, line: line.value, text: text.value };
  change("POST", "/inbound-messages", message).then(() => (text.value = ""));
});

// What happens, as it happens.
const events = new EventSource("/_sandbox/events");
const say = (key) => (by("connection").textContent = word(key));
let soon = 0;
const refreshSoon = () => {
  soon ||= setTimeout(() => refresh().finally(() => (soon = 0)), 150);
};
events.addEventListener("open", () => {
  say("live");
  loadRequests().then(refresh);
});
events.addEventListener("error", () => say("lost_connection"));
events.addEventListener("request", (event) => {
  addRequest(JSON.parse(event.data), true);
  refreshSoon();
});
events.addEventListener("change", (event) => {
  if (["requests", "reset"].includes(JSON.parse(event.data).resource)) loadRequests();
  refreshSoon();
});
events.addEventListener("lost", (event) => {
  complain(word("missed", number(JSON.parse(event.data).events)));
  loadRequests();
});

setInterval(tick, 1000);
setInterval(() => document.hidden || refresh(), 2000);
await refresh();
faultForm.provider.append(...state.providers.map(({ name }) => option(name)));
faultForm.fault.append(...(await api("GET", "/fault-names")).names.map(option));
