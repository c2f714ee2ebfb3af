// What the search page alone needs, it alone loads.

function search(form) {
  import(form.dataset.script).then(
    (page) => page.search(form, { fill, make }),
    () => {}, // without it the page shows the list of all stories
  );
}
