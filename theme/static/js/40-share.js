// What the browser can do besides links: copy the address, open the system's share sheet; in WeChat, say how.

function share(element) {
  const part = (name) => element.querySelector(`[data-share=${name}]`);
  const copy = part("copy");
  const system = part("system");
  const hint = part("wechat-hint");
  const status = part("status");

  if (copy && navigator.clipboard) {
    copy.addEventListener("click", async () => {
      if (status) status.textContent = "";
      try {
        await navigator.clipboard.writeText(copy.dataset.url);
        if (status) status.textContent = copy.dataset.copied;
      } catch {
        copy.hidden = true; // not allowed here: the address bar remains
      }
    });
    show(copy);
  }
  if (system && navigator.share) {
    const { url, title } = system.dataset;
    system.addEventListener("click", () => navigator.share({ url, title }).catch(() => {})); // closing it is no error
    show(system);
  }
  if (hint && /MicroMessenger/i.test(navigator.userAgent)) show(hint);
}
