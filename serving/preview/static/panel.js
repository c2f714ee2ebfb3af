// Shows what the checks found beside the page, and shows the page anew when its file was saved.
// Only the preview server puts this into pages, while it sends them.

(() => {
  const own = document.currentScript;
  const BASE = "/_write/";
  const OPEN = "huisheng-write:open";
  const SCROLL = `huisheng-write:scroll:${location.pathname}`;
  const GRAVITY = ["stops", "publishing", "warning", "style"];
  const NAMES = { stops: "处改好才能生成", publishing: "处改好才能发布", warning: "处请看一看", style: "处写法" };
  const STYLES = /<link rel="stylesheet"[^>]*>/g;
  const isList = own.dataset.list !== undefined;
  const panel = isList ? null : addPanel();
  let edition = own.dataset.edition;
  let source = fetchPage();
  let events = null;

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children.filter((child) => child !== ""));
    return made;
  }

  function addPanel() {
    const host = element("huisheng-write");
    const shadow = host.attachShadow({ mode: "open" });
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    const label = element("span", { role: "status" }, "预览");
    const toggle = element("button", { type: "button", class: "toggle", "aria-controls": "body" }, dot, label);
    const body = element("div", { class: "body", id: "body", tabindex: "0", role: "region", "aria-label": "检查的结果" });
    const frame = element("aside", { class: "panel", "aria-label": "边写边看" }, toggle, body);
    shadow.append(element("link", { rel: "stylesheet", href: `${BASE}panel.css` }), frame);
    document.body.append(host);
    const made = { host, frame, toggle, dot, label, body };
    toggle.addEventListener("click", () => setOpen(made, body.hidden, true));
    frame.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || body.hidden) return;
      setOpen(made, false, true);
      toggle.focus();
    });
    setOpen(made, sessionStorage.getItem(OPEN) === "yes");
    return made;
  }

  function setOpen({ body, toggle }, isOpen, isChosen = false) {
    body.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isChosen) sessionStorage.setItem(OPEN, isOpen ? "yes" : "no");
  }

  function finding(told) {
    const place = told.line ? `第${told.line}行${told.column ? `第${told.column}字` : ""} ` : "";
    const item = element("li", { class: `finding finding--${told.weight}` });
    item.append(element("span", { class: "quiet" }, `${told.weight_told} ${place}`));
    item.append(element("span", { class: "what" }, told.what));
    if (told.mend) item.append(` ${told.mend} `);
    if (told.rule) item.append(element("code", {}, told.rule));
    return item;
  }

  function ownPart(facts) {
    const parts = [element("h2", {}, "这一页"), element("p", { class: "quiet" }, facts.file || "这一页不是一个文件写成的")];
    if (facts.file && !facts.own.length) parts.push(element("p", {}, "没有要改的。"));
    if (facts.own.length) parts.push(element("ul", {}, ...facts.own.map(finding)));
    return parts;
  }

  function otherPart(facts) {
    const parts = [element("h2", {}, "其他文件")];
    if (!facts.others.length) parts.push(element("p", {}, "没有要改的。"));
    for (const { file, title, address, findings } of facts.others) {
      const name = title ? `${title} ` : "";
      const lead = address ? element("a", { href: address }, name || file) : name;
      parts.push(element("h3", {}, lead, element("code", {}, file || "整个网站")));
      parts.push(element("ul", {}, ...findings.map(finding)));
    }
    if (facts.left_out) parts.push(element("p", { class: "quiet" }, `还有 ${facts.left_out} 处没有列在这里。`));
    return parts;
  }

  function summary(facts) {
    const told = GRAVITY.filter((weight) => facts.counts[weight]).map((weight) => `${facts.counts[weight]} ${NAMES[weight]}`);
    const found = told.join("，") || "没有要改的";
    return facts.built ? found : `网页没有更新：${found}`;
  }

  function tell(facts) {
    const { frame, dot, label, body } = panel;
    const gravest = GRAVITY.find((weight) => facts.counts[weight]) ?? "fine";
    dot.className = `dot dot--${facts.built ? gravest : "stops"}`;
    label.textContent = summary(facts);
    frame.classList.toggle("panel--stopped", !facts.built);
    const list = element("p", {}, element("a", { href: BASE }, "全部文章和检查"));
    const told = element("p", { class: "told" }, "下面的错改好以前，网页还是上一次的样子。");
    body.replaceChildren(...(facts.built ? [] : [told]), ...ownPart(facts), ...otherPart(facts), list);
    if (!facts.built) setOpen(panel, true);
    else setOpen(panel, sessionStorage.getItem(OPEN) === "yes");
    panel.host.dataset.edition = facts.edition;
  }

  async function refreshPanel() {
    if (!panel) return;
    const answer = await fetch(`${BASE}facts.json?page=${encodeURIComponent(location.pathname)}`);
    if (answer.ok) tell(await answer.json());
  }

  async function fetchPage() {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    return answer.text();
  }

  function reload() {
    sessionStorage.setItem(SCROLL, String(scrollY));
    location.reload();
  }

  function restoreScroll() {
    const top = sessionStorage.getItem(SCROLL);
    sessionStorage.removeItem(SCROLL);
    if (top === null) return;
    history.scrollRestoration = "manual";
    scrollTo({ top: Number(top), behavior: "instant" });
  }

  const bare = (page) => page.replace(STYLES, "").replace(/ data-edition="[^"]*"/, "");

  async function onlyStyles() {
    const [before, now] = [await source, await fetchPage()];
    if (bare(before) !== bare(now)) return false;
    const links = [...document.querySelectorAll("link[rel=stylesheet]")];
    const found = new DOMParser().parseFromString(now, "text/html").querySelectorAll("link[rel=stylesheet]");
    found.forEach((link, place) => links[place]?.setAttribute("href", link.getAttribute("href")));
    source = Promise.resolve(now);
    return true;
  }

  function refreshPictures(changed) {
    const names = new Set(changed.filter((address) => /\.(svg|png|jpe?g|webp|avif|gif)$/.test(address)));
    for (const image of document.images) {
      const path = new URL(image.src, location.href).pathname;
      if (names.has(path)) image.src = `${path}?${edition}`;
    }
  }

  async function show(event) {
    const told = JSON.parse(event.data);
    if (told.edition === edition) return;
    const { changed } = told;
    edition = told.edition;
    document.dispatchEvent(new CustomEvent("huisheng-write", { detail: told }));
    const isOwn = isList || changed === null || changed.includes(decodeURI(location.pathname)) || changed.includes(location.pathname);
    if (isOwn && (isList || !(await onlyStyles()))) return reload();
    refreshPictures(changed ?? []);
    await refreshPanel();
  }

  function listen() {
    events = new EventSource(`${BASE}events?since=${encodeURIComponent(edition)}`);
    events.addEventListener("built", show);
  }

  document.addEventListener("visibilitychange", () => {
    events?.close();
    if (!document.hidden) listen();
  });

  addEventListener("pagehide", () => events?.close());

  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.method !== "post") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      alert("这是预览，留言不会送出。");
    },
    true,
  );

  restoreScroll();
  refreshPanel();
  listen();
})();
