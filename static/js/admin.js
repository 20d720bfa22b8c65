/* Select2, which Django's admin looks rows up with, gives its own controls no name.
   They take the name of the field they stand for. */
"use strict";

const nameOf = (select) =>
  (select.getAttribute("aria-label") || select.labels[0]?.textContent || "").trim().replace(/:$/, "");

const nameControls = (select) => {
  for (const control of select.nextElementSibling.querySelectorAll("[role]")) {
    control.setAttribute("aria-label", nameOf(select));
    const value = control.getAttribute("aria-labelledby");
    if (value) {
      control.removeAttribute("aria-labelledby");
      control.setAttribute("aria-describedby", value);
    }
  }
};

const nameDropdown = (event) => {
  const controls = document.querySelectorAll(
    ".select2-container--open .select2-search__field, .select2-container--open .select2-results__options",
  );
  controls.forEach((control) => control.setAttribute("aria-label", nameOf(event.target)));
};

const jQuery = window.django?.jQuery;

/* The admin makes every one of its look-ups with this call, on the page's arrival and for rows added later. It is wrapped
   rather than followed up: no event tells when jQuery has run what waits for the page to be ready. */
if (jQuery?.fn.djangoAdminSelect2) {
  const makeLookups = jQuery.fn.djangoAdminSelect2;
  jQuery.fn.djangoAdminSelect2 = function () {
    makeLookups.call(this);
    this.each((_, select) => nameControls(select));
    return this;
  };
  jQuery(document).on("select2:open", nameDropdown);
}

/* A session that lies idle ends. Whoever is still reading or writing is asked in time, and goes on with one click. */
const ending = document.querySelector("[data-idle-minutes]");

if (ending) {
  const minutes = Number(ending.dataset.idleMinutes);
  const warned = Math.max(minutes - 5, minutes / 2) * 60_000;
  const wait = () => {
    ending.hidden = true;
    setTimeout(() => { ending.hidden = false; }, warned);
  };
  ending.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(ending.dataset.url, { cache: "no-store" });
    if (answer.ok && !answer.redirected) {
      wait();
    } else {
      ending.querySelector("p").textContent = "Du er logget ud. Gem, hvad du har skrevet: så kan du logge ind og sende det igen.";
      ending.querySelector("button").remove();
    }
  });
  wait();
}

/* It ends at last however much it is used, which no click puts off. */
const last = document.querySelector("[data-session-minutes]");

if (last) {
  setTimeout(() => { last.hidden = false; }, Math.max(Number(last.dataset.sessionMinutes) - 5, 0) * 60_000);
}
