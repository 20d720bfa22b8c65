// Extras. Every page and flow works without them; each hangs on a data- attribute.

// A form that came back with errors: take the reader to the list of them.
document.querySelector("[data-error-summary]")?.focus();

// On a narrow screen the filters start closed, so that the results come first. On a wide one they have no handle, and stay open.
const narrow = matchMedia("(max-width: 61.99em)");
for (const panel of document.querySelectorAll("details[data-close-when-narrow]")) {
  const fit = () => { panel.open = !narrow.matches; };
  fit();
  narrow.addEventListener("change", fit);
}

// The print button makes no sense without script, so it is hidden until now.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Whatever is folded up is printed too.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.open = true;
    details.dataset.openedForPrint = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-opened-for-print]")) {
    details.open = false;
    delete details.dataset.openedForPrint;
  }
});
