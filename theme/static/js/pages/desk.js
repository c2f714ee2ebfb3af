// Quickens the desk: keys, ranges of ticks, and a word when messages arrive. Everything works without.

const LOOK_EVERY = 20_000;
const desk = document.querySelector("[data-desk]");
const cards = [...document.querySelectorAll("[data-card]")];
let at = -1; // the card that the keys mean
let lastTicked = -1;

const tickOf = (card) => card.querySelector("input[name=chosen]");
const isWriting = (target) =>
  target.closest("textarea, select, dialog, [contenteditable]") ||
  (target.matches("input") && !["checkbox", "radio"].includes(target.type));

function go(step) {
  if (!cards.length) return;
  const here = cards.indexOf(document.activeElement?.closest("[data-card]"));
  at = Math.min(Math.max((here >= 0 ? here : at) + step, 0), cards.length - 1);
  cards[at].focus();
  cards[at].scrollIntoView({ block: "nearest" });
}

// The card that has the focus, or the one that the keys came to last; on a message's own page, all of it.
function place() {
  const here = document.activeElement?.closest("[data-card]");
  if (here) at = cards.indexOf(here);
  return cards.length ? cards[at] : document.querySelector("[data-one]");
}

function press(key) {
  const target = place()?.querySelector(`[data-key="${key}"]`);
  if (!target) return;
  if (target.matches("details")) {
    target.open = true;
    target.querySelector("select").focus();
  } else if (target.matches("select")) {
    target.focus();
  } else {
    target.click();
    if (target.matches("summary")) target.parentElement.querySelector("textarea")?.focus();
  }
}

function tick(card, isRange) {
  const index = cards.indexOf(card);
  const own = tickOf(card);
  if (!own) return;
  own.checked = !own.checked;
  if (isRange) tickRange(index, own.checked);
  lastTicked = index;
  tell();
}

function tickRange(index, isOn) {
  if (lastTicked < 0) return;
  const [first, last] = [lastTicked, index].sort((a, b) => a - b);
  for (const card of cards.slice(first, last + 1)) tickOf(card).checked = isOn;
}

// Shift with J or K takes the cards on the way along.
function walk(step, isRange) {
  if (isRange && place()) {
    const own = tickOf(place());
    if (own) own.checked = true;
  }
  go(step);
  if (!isRange) return;
  if (tickOf(cards[at])) tickOf(cards[at]).checked = true;
  lastTicked = at;
  tell();
}

const bulk = document.querySelector("[data-bulk]");
const legend = bulk?.querySelector("legend");
const idle = legend?.textContent;

function tell() {
  if (!legend) return;
  const n = cards.filter((card) => tickOf(card)?.checked).length;
  legend.textContent = n ? bulk.dataset.chosen.replace("{n}", n) : idle;
}

// One press is one deed: what follows before the next page comes would hit the same card again.
let isSent = false;
document.addEventListener("submit", (event) => {
  if (event.target.method !== "dialog") isSent = true;
});
addEventListener("pageshow", () => {
  isSent = false;
});

// Enter in the sentence of a refusal confirms that refusal, and nothing else.
for (const card of cards) {
  card.querySelector("[name^=sentence-]")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    event.target.parentElement.querySelector("button").click();
  });
}

document
  .querySelector(".tabs [aria-current]")
  ?.scrollIntoView({ block: "nearest", inline: "nearest" });

const help = document.querySelector("#keys");
const keys = {
  j: (event) => walk(1, event.shiftKey),
  k: (event) => walk(-1, event.shiftKey),
  x: (event) => place() && cards.length && tick(place(), event.shiftKey),
  a: () => press("a"),
  r: () => press("r"),
  s: () => press("s"),
  e: () => press("e"),
  u: () => document.querySelector('[data-key="u"]')?.click(),
  "?": () => help?.showModal?.(),
};

document.addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, isComposing, key, keyCode, metaKey, repeat, shiftKey, target } = event;
  // 229: an input method is at work (https://w3c.github.io/uievents/#determine-keydown-keyup-keyCode).
  if (isSent || isComposing || keyCode === 229 || altKey || ctrlKey || metaKey || isWriting(target))
    return;
  const deed = keys[key.toLowerCase()];
  // Shift is for ranges, and for the question mark; a held key walks and does nothing else.
  const isOdd = (shiftKey && !"jkx?".includes(key.toLowerCase())) || (key === "?" && !help);
  if (!deed || isOdd || (repeat && !"jk".includes(key.toLowerCase()))) return;
  event.preventDefault();
  deed(event);
});

for (const card of cards) {
  tickOf(card)?.addEventListener("click", (event) => {
    const index = cards.indexOf(card);
    if (event.shiftKey) tickRange(index, event.target.checked);
    lastTicked = index;
    tell();
  });
}

const all = document.querySelector("[data-choose-all]");
if (all) {
  all.closest("p").hidden = false;
  all.addEventListener("change", () => {
    for (const card of cards) tickOf(card).checked = all.checked;
    tell();
  });
}

const opener = document.querySelector("[data-open-keys]");
if (opener && help?.showModal) {
  opener.parentElement.hidden = false;
  opener.addEventListener("click", () => help.showModal());
}

// New messages are told of above the list; nothing that is being read moves by itself.
async function look() {
  const note = desk.querySelector(".desk__arrivals");
  if (document.hidden || !note) return;
  try {
    const answer = await fetch(desk.dataset.arrivals, { headers: { Accept: "application/json" } });
    const { count } = await answer.json();
    if (!count) return;
    const words = desk.dataset.arrived.replace("{n}", count);
    const link = note.querySelector("a");
    if (link.textContent !== words) link.textContent = words;
    note.hidden = false;
  } catch {
    // Offline or logged out: the next look may answer.
  }
}

if (desk?.dataset.arrivals) setInterval(look, LOOK_EVERY);
tell();
