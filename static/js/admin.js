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
