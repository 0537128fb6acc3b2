"use strict";
const MOST = 40;
const field = document.getElementById("search");
const status = document.getElementById("found");
const hits = document.getElementById("hits");
const cities = [...document.querySelectorAll(".cities > li")].map((item) => ({
  item,
  reports: [...item.querySelectorAll("li")].map((report) => ({
    report,
    text: `${item.firstElementChild.textContent} ${report.textContent}`.toLowerCase(),
  })),
}));
const data = document.getElementById("texts");
const { pages, texts } = data ? JSON.parse(data.textContent) : { pages: [], texts: [] };
const places = texts.flatMap(([numbers, anchor, heading, text]) =>
  numbers.map((number) => {
    const [href, name] = pages[number];
    const address = href.split("/").map(encodeURIComponent).join("/");
    return {
      href: anchor ? `${address}#${encodeURIComponent(anchor)}` : address,
      title: heading ? `${name}: ${heading}` : name,
      text,
      all: `${name} ${heading} ${text}`.toLowerCase(),
    };
  })
);

function filterCities(words) {
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
  return found;
}

function tellPlace({ href, title, text }, words) {
  const item = document.createElement("li");
  const link = item.appendChild(document.createElement("a"));
  link.href = href;
  link.textContent = title;
  const small = text.toLowerCase();
  const word = words.find((one) => small.includes(one));
  if (word !== undefined) {
    const at = small.indexOf(word);
    const from = Math.max(0, at - 60);
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + word.length);
    const told = item.appendChild(document.createElement("p"));
    told.append(
      (from ? "… " : "") + text.slice(from, at),
      mark,
      text.slice(at + word.length, at + word.length + 90) + " …"
    );
  }
  return item;
}

function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const reports = filterCities(words);
  const long = words.some((word) => word.length > 1);
  const found = long ? places.filter(({ all }) => words.every((word) => all.includes(word))) : [];
  hits.replaceChildren(...found.slice(0, MOST).map((place) => tellPlace(place, words)));
  const told = [];
  if (cities.length) told.push(`${reports} ${status.dataset.reports}`);
  if (places.length && long) told.push(`${status.dataset.places}: ${found.length}`);
  if (found.length > MOST) told.push(status.dataset.first.replace("{n}", MOST));
  status.textContent = words.length ? told.join(", ") : "";
}

field.closest(".search").hidden = false;
field.addEventListener("input", search);
search();
