// Large type, light or dark: the style sheet looks at the inputs; here the choice is kept for the next page.

function display(element) {
  const root = document.documentElement;
  const large = element.querySelector("[data-display=large]");
  const schemes = [...element.querySelectorAll("[data-display=scheme]")];

  // Storage may be denied: then a choice holds for its page.
  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function keep(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // See above.
    }
  }

  // Engines without :has() look at attributes instead of inputs.
  function mark() {
    const scheme = schemes.find((input) => input.checked);
    root.dataset.scheme = scheme ? scheme.value : "auto";
    root.dataset.size = large?.checked ? "large" : "normal";
  }

  function recall() {
    const size = stored("size");
    const scheme = schemes.find((input) => input.value === stored("scheme"));
    if (large && size) large.checked = size === "large";
    if (scheme) scheme.checked = true;
    mark();
  }

  element.addEventListener("change", (event) => {
    mark();
    if (event.target === large) keep("size", root.dataset.size);
    else keep("scheme", root.dataset.scheme);
  });
  addEventListener("storage", recall); // changed in another tab
  addEventListener("pageshow", recall); // changed on another page, and back
  recall();
}
