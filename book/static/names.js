"use strict";
/* What the theme leaves without a name, or without a place, for somebody who listens to a page. */

document.addEventListener("DOMContentLoaded", () => {
  const sidebar = document.querySelector(".bd-sidebar-primary");
  sidebar?.setAttribute("role", "navigation");
  sidebar?.setAttribute("aria-label", "The course");
  for (const folded of document.querySelectorAll(".bd-sidebar-primary summary")) {
    const above = folded.closest("li").querySelector("a");
    folded.setAttribute("aria-label", `Pages below ${above.textContent.trim()}`);
  }
  // The corner of a table heads no column.
  for (const corner of document.querySelectorAll("thead th")) {
    if (corner.textContent.trim()) continue;
    const cell = document.createElement("td");
    cell.className = corner.className;
    corner.replaceWith(cell);
  }
});
