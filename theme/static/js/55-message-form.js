// A draft outlasts a closed page, and work is proved where the service asks for it. The script for that comes when
// somebody begins to write, or where a draft waits; the draft goes when the receipt is there.

const DRAFT = "draft:";
const SENT = "draft-sent"; // names the draft that this tab has sent

function messageForm(form) {
  const load = () =>
    import(form.dataset.script)
      .then((page) => page.messageForm(form, { make, DRAFT, SENT }))
      .catch(() => {});

  form.addEventListener("focusin", load, { once: true });
  if (Object.keys(localStorage).some((key) => key.startsWith(DRAFT))) load();
}

function draftSent() {
  localStorage.removeItem(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
}
