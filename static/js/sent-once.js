/* A form is sent once, however often its button is pressed: on the public pages and in the admin. One whose answer is a file
   can be sent again, as the page stays where it is: it has data-gives-file. */
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "givesFile" in form.dataset) return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
