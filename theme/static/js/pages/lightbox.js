// Shows photos one at a time over the page: turned by finger, key and button, zoomed, each with the address of its own
// page. Pictures and words are the page's.

const MOST = 4; // times as large as what fits
const CLOSE_UP = 2.5; // what a double click zooms to
const SPACING = 104; // from slide to slide, in hundredths of the stage
const ICONS = {
  previous: "M15 4l-8 8 8 8",
  next: "M9 4l8 8-8 8",
  zoomOut: "M5 12h14",
  zoomIn: "M5 12h14M12 5v14",
  close: "M6 6l12 12M18 6L6 18",
};

const between = (least, value, most) => Math.max(least, Math.min(value, most));

function iconOf(name) {
  const [icon, path] = ["svg", "path"].map((tag) =>
    document.createElementNS("http://www.w3.org/2000/svg", tag),
  );
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  icon.append(path);
  return icon;
}

// Keeps the page behind where it is; the room of its scroll bar stays free.
function lock(isLocked) {
  const { clientWidth, style } = document.documentElement;
  style.paddingInlineEnd = isLocked ? `${Math.max(0, innerWidth - clientWidth)}px` : "";
  style.overflow = isLocked ? "hidden" : "";
}

// Says how wide a picture stands, so that the browser takes the file for that.
function widen(slide, width) {
  const all = [slide.image, ...slide.image.parentNode.querySelectorAll("source")];
  for (const each of all) each.sizes = `${Math.ceil(width)}px`;
}

// Prepares the lightbox for the links that *selector* names, all one series; gives the function that opens one.
// *tools* are those of 10-tools.js.
export function lightbox(selector, { fill, make }) {
  const links = [...document.querySelectorAll(selector)];
  const words = links[0].closest("[data-enhance]").dataset;
  const dialog = make("dialog", "lightbox");
  const stage = make("div", "lightbox__stage");
  const track = make("div", "lightbox__track");
  const said = make("div", "lightbox__words");
  const page = make("a", "lightbox__page", words.page);
  const foot = make("div", "lightbox__foot");
  const bar = make("div", "lightbox__bar");
  const slides = new Map(); // by number: the one that is shown and those beside it
  const fingers = new Map(); // where each pointer is that is down
  let at = -1;
  let here; // the slide that is shown
  let [scale, x, y] = [1, 0, 0]; // how it is zoomed, and by how much moved from the middle
  let [width, height] = [0, 0]; // of the stage
  let held; // how things were when the last finger came or went
  let isTap; // whether the gesture may still be one
  let isGoingBack = false; // to the page's own address
  let tapped = -1000; // when the last tap was
  let title;

  function button(name, act) {
    const node = make("button", `lightbox__button lightbox__button--${name.toLowerCase()}`);
    node.type = "button";
    node.title = words[name];
    node.setAttribute("aria-label", words[name]);
    node.append(iconOf(name));
    node.addEventListener("click", act);
    bar.append(node);
    return node;
  }

  function disable(node, isDisabled) {
    node.setAttribute("aria-disabled", isDisabled);
  }

  // Each picture as large as the stage allows; photos no larger than they are.
  function fit({ box, source }) {
    const [wide, high] = [source.getAttribute("width"), source.getAttribute("height")];
    const most = Math.min(width / wide, height / high, source.srcset ? 1 : MOST);
    box.style.width = `${wide * most}px`;
    box.style.height = `${high * most}px`;
  }

  function draw() {
    here.box.style.transform = scale === 1 && !y ? "" : `translate(${x}px, ${y}px) scale(${scale})`;
    if (scale > 1 && here.image && !here.isWide) {
      here.isWide = true;
      widen(here, here.box.offsetWidth * MOST);
    }
    stage.classList.toggle("lightbox__stage--zoomed", scale > 1);
    disable(zoomOut, scale <= 1);
    disable(zoomIn, scale >= MOST);
  }

  // Moves the picture, but not off the stage; gives how far it would have gone beyond to the side.
  function move(toX, toY) {
    const roomX = Math.max(0, (here.box.offsetWidth * scale - width) / 2);
    const roomY = Math.max(0, (here.box.offsetHeight * scale - height) / 2);
    x = between(-roomX, toX, roomX);
    y = between(-roomY, toY, roomY);
    draw();
    return toX - x;
  }

  // Zooms so that the point, from the middle of the stage, stays where it is.
  function zoom(wanted, pointX = 0, pointY = 0) {
    const next = between(1, wanted, MOST);
    const grown = next / scale;
    scale = next;
    move(pointX - (pointX - x) * grown, pointY - (pointY - y) * grown);
  }

  function slideBy(distance) {
    const isEnd = !links[at - Math.sign(distance)];
    track.style.transform = `translateX(calc(${-SPACING * at}% + ${isEnd ? distance / 3 : distance}px))`;
  }

  function fail(slide) {
    if (slide.isReady) {
      widen(slide, slide.box.offsetWidth); // a larger file is not to be had: back to the one that is there
      return;
    }
    const error = make("p", "lightbox__error", words.error);
    const link = make("a", "", words.page);
    link.href = slide.link.href;
    error.setAttribute("role", "alert");
    error.append(link);
    slide.picture.remove();
    slide.node.append(error);
  }

  function load(slide) {
    if (slide.image) return;
    const picture = slide.link.querySelector("picture, img").cloneNode(true);
    const image = picture.querySelector("img") || picture;
    Object.assign(slide, { picture, image });
    slide.box.append(picture);
    widen(slide, slide.box.offsetWidth);
    image.className = "lightbox__image";
    image.draggable = false;
    image.loading = "eager";
    image.addEventListener("error", () => fail(slide));
    image.addEventListener("load", () => {
      slide.isReady = true;
      if (slide === here) slides.forEach(load);
    });
  }

  // Until the large picture is there, the small one of the page stands in, or its colours.
  function slideOf(number) {
    const link = links[number];
    const source = link.querySelector("img");
    const [node, box] = [make("div", "lightbox__slide"), make("div", "lightbox__picture")];
    const cells = link.querySelector(".photo__cells");
    if (cells) box.append(cells.cloneNode(true));
    if (source.complete && source.naturalWidth) {
      const small = make("img", "lightbox__image");
      small.alt = "";
      small.draggable = false;
      small.src = source.currentSrc;
      small.addEventListener("error", () => small.remove());
      box.append(small);
    }
    node.style.left = `${SPACING * number}%`;
    node.append(box);
    track.append(node);
    return { node, box, link, source };
  }

  // Keeps the slides near the one that is shown, and no others.
  function arrange() {
    for (const [number, { node }] of slides) {
      if (Math.abs(number - at) < 2) continue;
      node.remove();
      slides.delete(number);
    }
    for (const number of [at, at - 1, at + 1]) {
      if (!links[number]) continue;
      if (!slides.has(number)) slides.set(number, slideOf(number));
      const slide = slides.get(number);
      slide.node.inert = number !== at;
      fit(slide);
    }
    here = slides.get(at);
  }

  function tell(link) {
    const { alt } = link.querySelector("img");
    const caption = make("p", "lightbox__caption");
    const status = make(
      "p",
      "lightbox__status",
      fill(words.status, { n: at + 1, total: links.length }),
    );
    const text = link.parentNode.querySelector("figcaption");
    if (text) caption.append(...text.cloneNode(true).childNodes);
    const credit = caption.querySelector(".photo__credit");
    if (credit) status.append(credit);
    const spoken = caption.textContent.trim();
    if (!spoken) caption.replaceChildren(make("span", "visually-hidden", alt));
    said.replaceChildren(caption, status);
    page.href = link.href;
    document.title = `${spoken || alt} · ${title}`;
    disable(previous, !at);
    disable(next, at === links.length - 1);
  }

  function go(number) {
    const wanted = between(0, number, links.length - 1);
    if (wanted !== at) {
      if (here) zoom(1);
      if (track.contains(document.activeElement)) next.focus(); // it is about to go
      track.classList.toggle("lightbox__track--far", Math.abs(wanted - at) > 1);
      at = wanted;
      history.replaceState({ photo: true }, "", links[at].href);
      tell(links[at]);
      measure();
      arrange();
      load(here);
      if (here.isReady) slides.forEach(load);
      draw();
    }
    slideBy(0);
  }

  // An arrow key turns; while zoomed it moves the picture, and turns at its edge.
  function step(sideways, down) {
    const beyond = move(x - 80 * sideways, y - 80 * down);
    if (scale === 1 || Math.abs(beyond) > 79) go(at + sideways);
  }

  // Where the fingers are: the middle between them, from the middle of the stage, and how far they are apart.
  function grip() {
    const { left, top } = stage.getBoundingClientRect();
    const [one, two = one] = [...fingers.values()];
    return {
      x: (one.clientX + two.clientX) / 2 - left - width / 2,
      y: (one.clientY + two.clientY) / 2 - top - height / 2,
      spread: Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY),
    };
  }

  function hold(time) {
    held = { ...grip(), fromX: x, fromY: y, scale, time, kind: "" };
  }

  function press(event) {
    if (event.button || event.target.closest("a")) return;
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    isTap = fingers.size === 1;
    dialog.classList.add("lightbox--held");
    hold(event.timeStamp);
  }

  function pinch(now) {
    const wanted = between(0.7, (held.scale * now.spread) / held.spread, MOST * 1.2);
    scale = wanted;
    move(
      now.x - ((held.x - held.fromX) * wanted) / held.scale,
      now.y - ((held.y - held.fromY) * wanted) / held.scale,
    );
  }

  function drag(event) {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event);
    const now = grip();
    const [across, down] = [now.x - held.x, now.y - held.y];
    if (held.spread) return pinch(now);
    if (!held.kind) {
      if (Math.hypot(across, down) < 8) return;
      isTap = false;
      held.kind = scale > 1 ? "move" : Math.abs(across) > Math.abs(down) ? "turn" : "pull";
    }
    if (held.kind === "pull") {
      y = Math.max(0, down);
      dialog.style.opacity = Math.max(0.3, 1 - y / height);
      draw();
    } else {
      held.beyond = held.kind === "turn" ? across : move(held.fromX + across, held.fromY + down);
      slideBy(held.beyond);
    }
  }

  function release(event) {
    if (!fingers.delete(event.pointerId)) return;
    if (fingers.size) return hold(event.timeStamp);
    const { kind, beyond = 0 } = held;
    const pulled = y;
    const isQuick = event.timeStamp - held.time < 300;
    const enough = (distance, room) => Math.abs(distance) > (isQuick ? 30 : room / 4);
    dialog.classList.remove("lightbox--held");
    dialog.style.opacity = "";
    zoom(scale);
    if (event.type === "pointercancel") go(at);
    else if (kind === "pull" && enough(pulled, height)) dialog.close();
    else go(enough(beyond, width) ? at - Math.sign(beyond) : at);
  }

  // A tap beside the picture closes, two on it zoom. This waits for the click: closed any earlier, the click would go to
  // the page behind.
  function tap({ target, timeStamp }) {
    if (!isTap || target.closest("a")) return;
    const isOn =
      Math.abs(held.x - x) < (here.box.offsetWidth * scale) / 2 &&
      Math.abs(held.y - y) < (here.box.offsetHeight * scale) / 2;
    const isSecond = timeStamp - tapped < 350;
    tapped = isSecond ? -1000 : timeStamp;
    if (!isOn) dialog.close();
    else if (isSecond) zoom(scale > 1 ? 1 : CLOSE_UP, held.x, held.y);
  }

  function wheel(event) {
    const { left, top } = stage.getBoundingClientRect();
    const rate = (event.ctrlKey ? 0.01 : 0.002) * (event.deltaMode ? 20 : 1);
    event.preventDefault();
    zoom(
      scale * Math.exp(-event.deltaY * rate),
      event.clientX - left - width / 2,
      event.clientY - top - height / 2,
    );
  }

  const keys = {
    ArrowLeft: () => step(-1, 0),
    ArrowRight: () => step(1, 0),
    ArrowUp: () => step(0, -1),
    ArrowDown: () => step(0, 1),
    Home: () => go(0),
    End: () => go(links.length - 1),
    "+": () => zoom(scale * 1.5),
    "=": () => zoom(scale * 1.5),
    "-": () => zoom(scale / 1.5),
    0: () => zoom(1),
  };

  function key(event) {
    const act = keys[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  }

  function measure() {
    [width, height] = [stage.clientWidth, stage.clientHeight];
    slides.forEach(fit);
  }

  function open(link) {
    if (isGoingBack) {
      addEventListener("popstate", () => open(link), { once: true });
      return;
    }
    if (!dialog.open) {
      title = document.title;
      lock(true);
      dialog.showModal();
      close.focus();
      if (!history.state?.photo) history.pushState({ photo: true }, "", link.href);
    }
    go(links.indexOf(link));
  }

  // However it was closed: back to the page, to the photo that was shown last.
  function leave() {
    if (!here) return;
    const { link } = here;
    const reveal = () =>
      requestAnimationFrame(() => link.scrollIntoView({ block: "nearest", behavior: "instant" }));
    zoom(1);
    fingers.clear();
    slides.clear();
    track.replaceChildren();
    dialog.classList.remove("lightbox--held");
    dialog.style.opacity = "";
    document.title = title;
    [at, here] = [-1, undefined];
    lock(false);
    link.focus({ preventScroll: true });
    if (history.state?.photo) {
      isGoingBack = true; // which takes the browser a moment
      addEventListener("popstate", reveal, { once: true }); // the browser scrolls then, too
      history.back();
    } else reveal();
  }

  // Left by the browser's own way back.
  function follow() {
    isGoingBack = false;
    if (dialog.open && !history.state?.photo) dialog.close();
  }

  const previous = button("previous", () => go(at - 1));
  const next = button("next", () => go(at + 1));
  const zoomOut = button("zoomOut", keys["-"]);
  const zoomIn = button("zoomIn", keys["+"]);
  const close = button("close", () => dialog.close());

  dialog.setAttribute("aria-label", words.label);
  said.setAttribute("aria-live", "polite");
  said.setAttribute("aria-atomic", "true");
  previous.hidden = next.hidden = links.length < 2;
  stage.append(track);
  foot.append(said, page);
  dialog.append(bar, stage, foot);
  document.body.append(dialog);

  dialog.addEventListener("keydown", key);
  dialog.addEventListener("close", leave);
  stage.addEventListener("click", tap);
  stage.addEventListener("pointerdown", press);
  stage.addEventListener("pointermove", drag);
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  stage.addEventListener("wheel", wheel, { passive: false });
  addEventListener("popstate", follow);
  addEventListener("pageshow", follow);
  new ResizeObserver(() => {
    measure();
    if (here) zoom(scale);
  }).observe(stage);

  return open;
}
