// How many characters a message may still have, counted as the service counts them: what people see as one is one,
// without the blanks around (comments_service/web/texts.py; its blanks are Python's).

function characterCount(element) {
  const field = element.querySelector("textarea") || element;
  const words = element.dataset;
  const limit = Number(words.limit);
  const blank =
    "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
  const around = new RegExp(`^${blank}|${blank}$`, "g");
  const segmenter = globalThis.Intl?.Segmenter && new Intl.Segmenter();
  const characters = (text) => (segmenter ? segmenter.segment(text) : text);
  const count = make("p", "field__count");
  const status = make("span", "visually-hidden");
  let wasOver = false;

  function tell() {
    const left = limit - [...characters(field.value.replace(around, ""))].length;
    const isOver = left < 0;
    count.textContent = fill(isOver ? words.over : words.left, { n: Math.abs(left) });
    count.classList.toggle("field__count--over", isOver);
    if (isOver) field.setAttribute("aria-invalid", "true");
    else if (wasOver) field.removeAttribute("aria-invalid"); // not what the service found wrong
    // Spoken where the limit is crossed, not at each key.
    if (isOver !== wasOver) status.textContent = count.textContent;
    wasOver = isOver;
  }

  count.id = `${field.id}-count`;
  status.setAttribute("role", "status");
  field.after(count, status);
  field.setAttribute(
    "aria-describedby",
    [field.getAttribute("aria-describedby"), count.id].filter(Boolean).join(" "),
  );
  field.addEventListener("input", tell);
  tell();
}
