/* Shows ideas like the one whose title is typed. Without this, staff are asked when they save. */
"use strict";

const title = document.getElementById("id_title");
if (title) {
  const key = location.pathname.match(/\/(\d+)\/change\/$/)?.[1] ?? "";
  const list = location.pathname.replace(/(add|\d+\/change)\/$/, "");
  const shown = document.createElement("div");
  shown.className = "similar";
  shown.setAttribute("aria-live", "polite");
  title.closest(".form-row").append(shown);
  let asked = "";
  let timer;
  const ask = async () => {
    const typed = title.value.trim();
    if (typed === asked) return;
    asked = typed;
    const answer = await fetch(`${list}lignende/?${new URLSearchParams({ titel: typed, ide: key })}`);
    if (answer.ok && typed === asked) shown.innerHTML = await answer.text();
  };
  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  });
}
