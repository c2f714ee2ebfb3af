// Searches the stories as one types. The index (plugins/search) holds each Han character as a word of its own, so
// that no two dictionaries must agree on where words end: what is asked for is looked for as a phrase.

const isHan = (piece) => /\p{Script=Han}/u.test(piece);
const plain = (text) => text.normalize("NFKC").toLowerCase();

// Takes a text apart as the index does: ["红", "马", "甲", "2015"] for "红马甲，2015".
function piecesOf(text) {
  return plain(text).match(/\p{Script=Han}|\d+|[^\P{L}\p{Script=Han}]+/gu) || [];
}

// Takes a query apart into phrases, at its spaces: [["红", "马", "甲"], ["11", "2"]] for "红马甲 11.2%".
function phrasesOf(query) {
  return query
    .split(/\s+/)
    .map(piecesOf)
    .filter(({ length }) => length);
}

// Gives what is to be marked for a query: ["红马甲", "11", "2"].
function wordsOf(query) {
  return plain(query)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

// Puts spaces round the words of a query, as the browser sees them or else where its punctuation stands.
function spaced(query) {
  if (!("Segmenter" in Intl)) return wordsOf(query).join(" ");
  const segments = new Intl.Segmenter(document.documentElement.lang, {
    granularity: "word",
  }).segment(query);
  return Array.from(segments, ({ segment }) => segment).join(" ");
}

// Gives where the further parts of an index stand that was too large for one.
function furtherParts({ base, parts = 1 }) {
  return Array.from({ length: parts - 1 }, (_, place) => `${base}${place + 2}/`);
}

// Says whether a story's text has all phrases; of the last word of each, the beginning is enough.
async function hasAll(story, phrases) {
  const { content } = await story.data();
  const text = ` ${piecesOf(content).join(" ")}`;
  return phrases.every((phrase) => text.includes(` ${phrase.join(" ")}`));
}

// Gives the stories that have every phrase, best first: ranked by where and how often its pieces stand.
// Pagefind leaves out of a query what it does not know, so each character is asked for by itself too. With letters
// and numbers it takes what is like them, so there the texts decide.
async function storiesWith(phrases, index) {
  const han = phrases.filter((phrase) => phrase.every(isHan));
  const terms = new Set([
    ...phrases.flat().filter(isHan),
    ...han.map((phrase) => phrase.join(" ")),
  ]);
  const queries = [phrases.flat().join(" "), ...Array.from(terms, (term) => `"${term}"`)];
  const answers = await Promise.all(queries.map((query) => index.search(query)));
  const [ranked, ...exact] = answers.map(({ results }) => results);
  const ids = exact.map((results) => new Set(results.map(({ id }) => id)));
  const likely = ranked.filter(({ id }) => ids.every((known) => known.has(id)));
  const others = phrases.filter((phrase) => !han.includes(phrase));
  if (!others.length) return likely;
  const isRight = await Promise.all(likely.map((story) => hasAll(story, others)));
  return likely.filter((_, place) => isRight[place]);
}

// Gives what is found for a query, the words it was found by, and whether it was found as it stands or in parts.
async function find(query, index) {
  for (const text of [query, spaced(query)]) {
    const phrases = phrasesOf(text);
    const stories = phrases.length ? await storiesWith(phrases, index) : [];
    if (stories.length) return { stories, words: wordsOf(text), isWhole: text === query };
  }
  return { stories: [], words: [] };
}

// Joins the blocks of a text, between which Pagefind has put a space and a stop of its own.
function joined(content) {
  return content
    .replace(/(\p{Script=Han})\. (?=[\p{Script=Han}“《])/gu, "$1。")
    .replace(/(\p{P}) (?=[\p{Script=Han}“《])/gu, "$1");
}

// Cuts what to show of a text: its beginning, or what stands round the first of the words.
function excerptOf(text, words) {
  const length = 90;
  const places = words
    .map((word) => text.toLowerCase().indexOf(word))
    .filter((place) => place >= 0);
  const first = places.length ? Math.min(...places) : 0;
  const start = first < length - 20 ? 0 : first - 20;
  const rest = text.slice(start);
  return (start ? "…" : "") + (rest.length > length ? `${rest.slice(0, length)}…` : rest);
}

// Appends text to an element, the words in it marked; a number is marked from its first digit or not at all.
function appendMarked(element, text, words, make) {
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  const pieces = text.split(new RegExp(`((?:${longestFirst.join("|")})+|\\d+)`, "gi"));
  const isFound = (piece) => words.some((word) => piece.toLowerCase().startsWith(word));
  element.append(
    ...pieces.map((piece, number) =>
      number % 2 && isFound(piece) ? make("mark", "", piece) : piece,
    ),
  );
}

// Makes the list item of one story that was found.
async function hitOf(story, words, make) {
  const { url, meta, content } = await story.data();
  const visible = (text) => text.replace(/\u200b/g, ""); // without what keeps the index's words apart
  const [item, title, text] = [make("li", "hit"), make("a", "hit__title"), make("p", "hit__text")];
  const beginning = Math.max(0, content.indexOf(visible(meta.lead))); // title and tags stand before it
  title.href = url;
  appendMarked(title, visible(meta.title), words, make);
  appendMarked(text, excerptOf(joined(content.slice(beginning)), words), words, make);
  item.append(title, make("p", "hit__meta", visible(meta.about)), text);
  return item;
}

// Answers what is asked in the form; *tools* are those of 10-tools.js.
export function search(form, { fill, make }) {
  const field = form.querySelector("[name=q]");
  const part = (name) => document.querySelector(`[data-search=${name}]`);
  const list = part("hits");
  const more = part("more");
  const page = 10;
  const nothing = { stories: [], words: [] };
  let found = nothing;
  let shown = 0; // how many of them
  let growing; // what was found when more of it was asked for, until that comes
  let turn = 0; // an answer that comes after the next question is not shown
  let typing;
  let index;

  async function load() {
    const pagefind = await import(form.dataset.index);
    const instance = pagefind.createInstance({
      basePath: form.dataset.base,
      noWorker: true,
      metaCacheTag: "",
    });
    await instance.init();
    await Promise.all(furtherParts(form.dataset).map((part) => instance.mergeIndex(part)));
    return instance;
  }

  // The list of all stories stays below as long as there is nothing better.
  function tell(words) {
    part("status").textContent = words;
    list.hidden = !found.stories.length;
    more.hidden = shown >= found.stories.length;
    part("browse").hidden = !list.hidden;
  }

  function itemsFrom(start, { stories, words }) {
    return Promise.all(
      stories.slice(start, start + page).map((story) => hitOf(story, words, make)),
    );
  }

  async function answer(query, mine) {
    if (query) index = index || load();
    const answer = query ? await find(query, await index) : nothing;
    if (query && !answer.stories.length && !navigator.onLine) throw new Error("offline");
    const items = await itemsFrom(0, answer);
    if (mine !== turn) return;
    found = answer;
    shown = items.length;
    list.textContent = "";
    list.append(...items);
    const { none, partly, found: wholly } = form.dataset;
    const words = found.isWhole ? wholly : partly;
    tell(
      query ? fill(found.stories.length ? words : none, { n: found.stories.length, query }) : "",
    );
  }

  async function ask() {
    const query = field.value.trim();
    const mine = ++turn;
    clearTimeout(typing);
    history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    if (query) part("status").textContent = form.dataset.searching;
    try {
      await answer(query, mine);
    } catch {
      index = undefined; // the next question loads it again
      if (mine !== turn) return;
      found = nothing;
      tell(form.dataset.failed);
    }
  }

  async function showMore() {
    if (growing === found) return;
    const [asked, mine] = [found, turn];
    growing = asked;
    const items = await itemsFrom(shown, asked).catch(() => []);
    if (growing === asked) growing = undefined;
    if (asked !== found || mine !== turn) return;
    shown += items.length;
    list.append(...items);
    if (items.length) items[0].querySelector("a").focus();
    more.hidden = shown >= found.stories.length;
  }

  function askSoon(event) {
    clearTimeout(typing);
    if (!event.isComposing) typing = setTimeout(ask, 250); // not while a word is put together from pinyin
  }

  field.addEventListener("input", askSoon);
  field.addEventListener("compositionend", askSoon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  more.addEventListener("click", showMore);

  field.setAttribute("aria-describedby", part("hint").id);
  part("hint").hidden = false;
  const asked = new URLSearchParams(location.search).get("q") || field.value;
  field.value = Array.from(asked).slice(0, field.maxLength).join("");
  if (field.value.trim()) ask();
}
