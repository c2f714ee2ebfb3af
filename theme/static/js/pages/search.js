// Searches the stories as one types. The index (plugins/search) holds each Han character as a word of its own, so
// that no two dictionaries must agree on where words end: what is asked for is looked for as a phrase.

// Takes a query apart into phrases of words: [["红", "马", "甲"], ["2015"]] for "红马甲 2015".
function phrasesOf(query) {
  const parts = query
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return parts
    .map((part) => part.match(/\p{Script=Han}|\d+|[^\P{L}\p{Script=Han}]+/gu))
    .filter(Boolean);
}

// Takes it apart further, where the browser sees words.
function smallerPhrasesOf(query) {
  if (!("Segmenter" in Intl)) return [];
  const segments = new Intl.Segmenter(document.documentElement.lang, {
    granularity: "word",
  }).segment(query);
  return phrasesOf(Array.from(segments, ({ segment }) => segment).join(" "));
}

// Gives the stories that have every phrase, best first: ranked by where and how often its characters stand.
async function storiesWith(phrases, index) {
  const long = phrases.filter((phrase) => phrase.length > 1);
  const queries = [phrases.flat().join(" "), ...long.map((phrase) => `"${phrase.join(" ")}"`)];
  const answers = await Promise.all(queries.map((query) => index.search(query)));
  const [ranked, ...exact] = answers.map(({ results }) => results);
  return ranked.filter(({ id }) =>
    exact.every((results) => results.some((result) => result.id === id)),
  );
}

// Gives what is found for a query, the phrases it was found by, and whether those are all of it or its parts.
async function find(query, index) {
  for (const phrasesIn of [phrasesOf, smallerPhrasesOf]) {
    const phrases = phrasesIn(query);
    const stories = phrases.length ? await storiesWith(phrases, index) : [];
    const words = phrases.map((phrase) => phrase.join(""));
    if (stories.length) return { stories, words, isWhole: phrasesIn === phrasesOf };
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
  const plain = (text) => text.replace(/\u200b/g, ""); // what keeps the index's words apart
  const [item, title, text] = [make("li", "hit"), make("a", "hit__title"), make("p", "hit__text")];
  const beginning = Math.max(0, content.indexOf(plain(meta.lead))); // title and tags stand before it
  title.href = url;
  appendMarked(title, plain(meta.title), words, make);
  appendMarked(text, excerptOf(joined(content.slice(beginning)), words), words, make);
  item.append(title, make("p", "hit__meta", plain(meta.about)), text);
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
    return instance;
  }

  // The list of all stories stays below as long as there is nothing better.
  function tell(words) {
    part("status").textContent = words;
    list.hidden = !found.stories.length;
    more.hidden = list.children.length >= found.stories.length;
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
  more.addEventListener("click", async () => {
    const items = await itemsFrom(list.children.length, found).catch(() => []);
    list.append(...items);
    if (items.length) items[0].querySelector("a").focus();
    more.hidden = list.children.length >= found.stories.length;
  });

  field.setAttribute("aria-describedby", part("hint").id);
  part("hint").hidden = false;
  field.value = new URLSearchParams(location.search).get("q") || field.value;
  if (field.value.trim()) ask();
}
