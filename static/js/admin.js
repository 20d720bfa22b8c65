/* Select2, which Django's admin looks rows up with, gives its own controls no name.
   They take the name of the field they stand for. */
"use strict";

const nameOf = (select) =>
  (select.getAttribute("aria-label") || select.labels[0]?.textContent || "").trim().replace(/:$/, "");

const nameControls = (root) => {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    for (const control of select.nextElementSibling.querySelectorAll("[role]")) {
      control.setAttribute("aria-label", nameOf(select));
      const value = control.getAttribute("aria-labelledby");
      if (value) {
        control.removeAttribute("aria-labelledby");
        control.setAttribute("aria-describedby", value);
      }
    }
  }
};

const nameDropdown = (event) => {
  const controls = document.querySelectorAll(
    ".select2-container--open .select2-search__field, .select2-container--open .select2-results__options",
  );
  controls.forEach((control) => control.setAttribute("aria-label", nameOf(event.target)));
};

window.addEventListener("load", () => {
  nameControls(document);
  window.django?.jQuery?.(document).on("select2:open", nameDropdown);
});
document.addEventListener("formset:added", (event) => setTimeout(() => nameControls(event.target)));
