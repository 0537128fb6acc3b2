"use strict";
const field = document.getElementById("search");
const status = document.getElementById("found");
const cities = [...document.querySelectorAll(".cities > li")].map((item) => ({
  item,
  reports: [...item.querySelectorAll("li")].map((report) => ({
    report,
    text: `${item.firstElementChild.textContent} ${report.textContent}`.toLowerCase(),
  })),
}));

function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { item, reports } of cities) {
    let here = 0;
    for (const { report, text } of reports) {
      report.hidden = !words.every((word) => text.includes(word));
      here += report.hidden ? 0 : 1;
    }
    item.hidden = here === 0;
    found += here;
  }
  status.textContent = words.length ? `${found} ${status.dataset.word}` : "";
}

field.parentElement.hidden = false;
field.addEventListener("input", search);
search();
