/* Keeps the count at the door fresh. Without it, the count is as fresh as the page. */
"use strict";

const EVERY = 10_000; // milliseconds
const count = document.getElementById("kommet");

const refresh = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(count.dataset.poll, { headers: { Accept: "application/json" } });
    const { present, expected } = await answer.json();
    count.textContent = `${present} af ${expected}`;
  } catch {
    // No network, or logged out: the page tells so when it is used.
  }
};

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
