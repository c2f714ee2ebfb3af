// Buttons, arrow keys and "n of total" for a row of slides that scrolls and snaps by itself.

function carousel(element) {
  const track = element.querySelector(".carousel__track");
  const slides = track ? [...track.children] : [];
  if (slides.length < 2) return;

  const words = element.dataset;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const controls = make("div", "carousel__controls");
  const previous = button("previous", words.previous, -1);
  const status = make("p", "carousel__status");
  const next = button("next", words.next, 1);
  let here = -1; // the slide that is shown
  let wanted = 0; // the slide that is scrolled to
  let settling;

  function button(name, label, step) {
    const control = make("button", `button carousel__button carousel__button--${name}`, label);
    control.type = "button";
    control.addEventListener("click", () => go(wanted + step));
    return control;
  }

  function left(slide) {
    return slide.getBoundingClientRect().left - slides[0].getBoundingClientRect().left;
  }

  function go(index) {
    const most = track.scrollWidth - track.clientWidth;
    wanted = Math.max(0, Math.min(index, slides.length - 1));
    // Slides that the end of the track already shows cannot be scrolled to one by one.
    if (index > here && left(slides[wanted]) >= most) wanted = slides.length - 1;
    else while (wanted > 0 && index < here && left(slides[wanted]) >= most) wanted -= 1;
    track.scrollTo({ left: left(slides[wanted]), behavior: still.matches ? "instant" : "smooth" });
  }

  function position() {
    const most = track.scrollWidth - track.clientWidth;
    if (track.scrollLeft >= most - 2) return most > 2 ? slides.length - 1 : 0;
    const distances = slides.map((slide) => Math.abs(left(slide) - track.scrollLeft));
    return distances.indexOf(Math.min(...distances));
  }

  // A button stays reachable at the ends: one that is disabled would lose the keyboard's place.
  function tell() {
    const now = position();
    controls.hidden = track.scrollWidth <= track.clientWidth + 2;
    if (now === here) return;
    here = now;
    status.textContent = fill(words.status, { n: here + 1, total: slides.length });
    previous.setAttribute("aria-disabled", here === 0);
    next.setAttribute("aria-disabled", here === slides.length - 1);
  }

  function settle() {
    wanted = position();
  }

  const last = slides.length - 1;
  const steps = {
    ArrowLeft: () => wanted - 1,
    ArrowRight: () => wanted + 1,
    Home: () => 0,
    End: () => last,
  };
  track.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.target !== track || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(step());
  });
  track.addEventListener(
    "scroll",
    () => {
      clearTimeout(settling);
      settling = setTimeout(settle, 150);
      requestAnimationFrame(tell);
    },
    { passive: true },
  );
  new ResizeObserver(tell).observe(track);

  status.setAttribute("aria-live", "polite");
  controls.append(previous, status, next);
  element.append(controls);
  tell();
}
