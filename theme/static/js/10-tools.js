// What several enhancements need. All words come from the page, so from the catalogue.

// Puts values in their places: fill("{n} of {total}", { n: 1, total: 3 }).
function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

// Makes an element with a class and text; text is never read as HTML.
function make(tag, className, text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

// Shows an element that was hidden for those without a script, itself or what holds it.
function show(element) {
  const hidden = element.closest("[hidden]");
  if (hidden) hidden.hidden = false;
}
