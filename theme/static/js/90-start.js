// Starts what an element asks for by data-enhance="name". Every page works without; what fails stays silent.

const enhancements = {
  display,
  carousel,
  share,
  search,
  lightbox,
  "character-count": characterCount,
  "message-form": messageForm,
  "draft-sent": draftSent,
};

for (const element of document.querySelectorAll("[data-enhance]")) {
  const enhance = enhancements[element.dataset.enhance];
  try {
    if (enhance) enhance(element);
  } catch {
    // This browser cannot: the element stays as the page made it.
  }
}
