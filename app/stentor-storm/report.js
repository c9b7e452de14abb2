// SPDX-License-Identifier: BSD-3-Clause
// The values under the pointer, or at the arrow keys, of each plot. Everything shown was formatted
// by the program that wrote the page; without this script only that is missing.
"use strict";
for (const svg of document.querySelectorAll("svg.plot")) {
  const names = svg.dataset.names.split("|");
  const points = svg.dataset.points.split(";").filter(Boolean).map((point) => {
    const [place, head, ...values] = point.split("|");
    return { place: place / 1000, head, values };
  });
  if (points.length === 0) continue;

  // As a child it would be a second tooltip beside ours.
  const title = svg.querySelector("title");
  svg.setAttribute("aria-label", title.textContent);
  svg.setAttribute("aria-describedby", svg.querySelector("desc").id);
  svg.removeAttribute("aria-labelledby");
  title.remove();

  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("y1", "8");
  cursor.setAttribute("y2", svg.getAttribute("height") - 24);
  const box = document.createElement("div");
  box.className = "values";
  box.setAttribute("role", "status");
  let shown = -1;

  const add = (parent, tag, text) => {
    const element = parent.appendChild(document.createElement(tag));
    element.textContent = text;
    return element;
  };
  const hide = () => {
    cursor.remove();
    box.remove();
    shown = -1;
  };
  const show = (at) => {
    shown = at;
    const { place, head, values } = points[at];
    cursor.setAttribute("x1", `${place * 100}%`);
    cursor.setAttribute("x2", `${place * 100}%`);
    svg.append(cursor);
    box.replaceChildren();
    add(box, "b", head);
    values.forEach((value, index) => {
      const line = add(box, "div", "");
      add(line, "span", names[index]);
      add(line, "span", value);
    });
    svg.after(box);
    const width = svg.clientWidth || svg.getBoundingClientRect().width;
    const left = place * width + 12;
    const fits = left + box.offsetWidth <= width;
    box.style.left = `${Math.max(0, fits ? left : place * width - 12 - box.offsetWidth)}px`;
  };
  const nearest = (event) => {
    const area = svg.getBoundingClientRect();
    const place = (event.clientX - area.left) / area.width;
    let best = 0;
    points.forEach((point, at) => {
      if (Math.abs(point.place - place) < Math.abs(points[best].place - place)) best = at;
    });
    return best;
  };

  svg.addEventListener("pointermove", (event) => show(nearest(event)));
  svg.addEventListener("pointerdown", (event) => show(nearest(event)));
  // A finger leaves as soon as it is lifted; what it touched stays until it touches elsewhere.
  svg.addEventListener("pointerleave", (event) => event.pointerType === "touch" || hide());
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    const last = points.length - 1;
    if (event.key === "Escape") hide();
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(last);
    else if (event.key in steps) {
      const from = shown < 0 ? (steps[event.key] > 0 ? -1 : last + 1) : shown;
      show(Math.min(last, Math.max(0, from + steps[event.key])));
    } else return;
    event.preventDefault();
  });
}
