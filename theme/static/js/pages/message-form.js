// What the form of a message does besides being sent: keeps a draft in this browser, never the e-mail address, and
// proves work where the service asks for it. Whatever fails here, the form is sent as it is.

const PATIENCE = 20_000; // milliseconds for a proof
const AT_ONCE = 500; // digests between two looks at the clock

export function messageForm(form, { make, DRAFT, SENT }) {
  if (form.dataset.started) return;
  form.dataset.started = "yes";
  const { name, text, thread, reply_to } = form.elements;
  const key = DRAFT + thread.value + (reply_to ? `:${reply_to.value}` : "");
  const { restored, clear, proof, proving } = form.dataset;
  const bar = make("p", "message-form__status field__hint");
  const status = make("span");
  let isAtWork = false;

  function say(words) {
    status.textContent = words;
  }

  function keep() {
    const isEmpty = !name.value && !text.value;
    try {
      if (isEmpty) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ name: name.value, text: text.value }));
    } catch {
      // Full, or not allowed: there is no draft then.
    }
  }

  function put(draft) {
    name.value = draft.name;
    text.value = draft.text;
    text.dispatchEvent(new Event("input", { bubbles: true })); // for the count, and to keep it
  }

  function restore() {
    const draft = JSON.parse(localStorage.getItem(key));
    if (!draft || name.value || text.value) return;
    put(draft);
    const button = make("button", "button button--outline", clear);
    button.type = "button";
    button.addEventListener("click", () => {
      put({ name: "", text: "" });
      button.remove();
      say("");
      text.focus();
    });
    bar.append(button);
    setTimeout(say, 0, restored); // spoken because it comes after its element
  }

  status.setAttribute("role", "status");
  bar.append(status);
  text.closest(".field").after(bar);
  form.addEventListener("input", keep);
  form.addEventListener("submit", async (event) => {
    try {
      sessionStorage.setItem(SENT, key);
    } catch {
      // The draft stays until it is cleared.
    }
    if (!proof || !globalThis.crypto?.subtle) return;
    event.preventDefault();
    if (isAtWork) return;
    isAtWork = true;
    await prove(form, proof, () => say(proving)).catch(() => {});
    form.submit();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) isAtWork = false;
  });
  sessionStorage.removeItem(SENT); // what was sent came back, or something new is written
  restore();
}

async function prove(form, address, begin) {
  const until = Date.now() + PATIENCE;
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  const { needed, algorithm, challenge, salt, maxnumber, signature } = await answer.json();
  if (!needed || algorithm !== "SHA-256") return;
  begin();
  const number = await solve(salt, challenge, maxnumber, until);
  if (number === undefined) return;
  const field = form.elements.altcha || document.createElement("input");
  field.type = "hidden";
  field.name = "altcha";
  field.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  form.append(field);
}

// The number whose digest with the salt is the challenge; nothing when there is none, or it takes too long.
async function solve(salt, challenge, most, until) {
  const wanted = challenge.match(/../g).map((byte) => Number.parseInt(byte, 16));
  const encoder = new TextEncoder();
  const digest = (number) => crypto.subtle.digest("SHA-256", encoder.encode(salt + number));
  const isWanted = (made) => new Uint8Array(made).every((byte, place) => byte === wanted[place]);

  for (let start = 0; start <= most && Date.now() < until; start += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, index) => start + index);
    const found = (await Promise.all(numbers.map(digest))).findIndex(isWanted);
    if (found >= 0) return start + found;
  }
}
