// A photo opens over its page. The script for that comes when somebody is about to look; until then, and where it or
// the browser cannot, links lead to the photos' own pages.

const PHOTOS = "[data-enhance=lightbox] .photo__link";
const ownPath = location.pathname;
let opener; // promises the function that opens a photo

function loadLightbox() {
  const { script } = document.querySelector("[data-enhance=lightbox]").dataset;
  opener = opener || import(script).then((page) => page.lightbox(PHOTOS, { fill, make }));
  opener.catch(() => {
    opener = undefined; // the next who asks loads it again
  });
  return opener;
}

function lightbox(wall) {
  if (!HTMLDialogElement.prototype.showModal) return;
  const photo = (event) => event.target.closest(".photo__link");

  for (const type of ["pointerover", "focusin"]) {
    wall.addEventListener(type, (event) => photo(event) && loadLightbox());
  }
  wall.addEventListener("click", (event) => {
    const { altKey, button, ctrlKey, metaKey, shiftKey } = event;
    const link = photo(event);
    if (!link || event.defaultPrevented || altKey || button || ctrlKey || metaKey || shiftKey)
      return;
    event.preventDefault();
    loadLightbox()
      .then((open) => open(link))
      .catch(() => location.assign(link.href));
  });
}

// Back and forward. An address that the lightbox noted opens its photo again, if this page has it; on the photo's own
// page, loaded at such an address, going back must load what was there before.
addEventListener("popstate", ({ state }) => {
  const links = state?.photo ? [...document.querySelectorAll(PHOTOS)] : [];
  const link = links.find(({ href }) => href === location.href);
  const reload = () => location.reload();
  if (link)
    loadLightbox()
      .then((open) => open(link))
      .catch(reload);
  else if (location.pathname !== ownPath) reload();
});
