// What pages do beyond links and forms. Everything here has a plain equivalent.
"use strict";

const say = (words) => {
  const where = document.getElementById("annonces");
  const line = document.createElement("p");
  line.className = "notice";
  line.textContent = words;
  where.replaceChildren(line);
};

// What was done is said once, not again when the page is loaded again.
const address = new URL(location.href);
if (address.searchParams.has("fait")) {
  address.searchParams.delete("fait");
  address.searchParams.delete("quoi");
  history.replaceState(history.state, "", address);
}

// Filters are folded away on narrow screens, where they would hide the offers.
if (matchMedia("(max-width: 56rem)").matches) {
  for (const details of document.querySelectorAll("[data-open-wide]")) details.open = false;
}

// Sliders show their number as they move.
document.addEventListener("input", (event) => {
  const slider = event.target;
  if (slider.type !== "range") return;
  const output = document.querySelector(`output[for="${slider.id}"]`);
  if (output) output.value = slider.value;
});

// After a part of the page has changed under the focus, the focus goes where the part says; one that has moved on
// meanwhile stays.
document.addEventListener("htmx:afterSettle", () => {
  const next = document.querySelector("[data-focus]");
  if (!next) return;
  next.removeAttribute("data-focus");
  if (document.activeElement.contains(next)) next.focus();
});

document.addEventListener("htmx:sendError", () => {
  say("JobMatch ne répond pas ; vérifiez qu'il tourne, puis recommencez.");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const writing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

// No more than two offers are compared.
document.addEventListener("change", (event) => {
  if (event.target.name !== "offre") return;
  const chosen = document.querySelectorAll("input[name=offre]:checked");
  if (chosen.length > 2) {
    event.target.checked = false;
    say("Deux offres sont déjà cochées ; décochez-en une d'abord.");
  } else if (chosen.length === 2) {
    say("Deux offres cochées : vous pouvez les comparer.");
  }
});

// What is sent is not sent twice by a double click.
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-once]")) return;
  if (event.timeStamp - (sent.get(event.target) ?? -Infinity) < 3000) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});

// A profile beside its document: a field shows its lines there, a line shows the fields that it feeds.
const review = document.querySelector("[data-review]");
if (review) {
  const paper = review.querySelector(".document-in");
  const strip = review.querySelector("[data-strip]");
  const crop = review.querySelector("[data-crop]");
  const linesOf = (field) => field?.dataset.lines?.split(" ") ?? [];
  const inPaper = (line) => [...paper.querySelectorAll(`[data-line="${line}"]`)];

  // Where the document scrolls by itself, it goes to the line; the window stays where the person is.
  const reveal = (element) => {
    if (paper.scrollHeight <= paper.clientHeight + 1) return;
    const [at, frame] = [element.getBoundingClientRect(), paper.getBoundingClientRect()];
    if (at.top >= frame.top && at.bottom <= frame.bottom) return;
    paper.scrollTop += at.top - frame.top - (paper.clientHeight - at.height) / 2;
  };

  // The line under the eyes where the document is out of sight.
  const quote = (field, places) => {
    strip.hidden = !field?.dataset.text;
    if (strip.hidden) return;
    strip.querySelector("[data-quote]").textContent = `Votre CV : « ${field.dataset.text} »`;
    const rects = places.flatMap((place) => [...place.querySelectorAll("rect")]);
    const svg = rects[0]?.closest("svg");
    crop.hidden = !svg;
    if (!svg) return;
    const boxes = rects.filter((rect) => svg.contains(rect)).map((rect) => rect.getBBox());
    const [left, top] = [Math.min(...boxes.map((b) => b.x)), Math.min(...boxes.map((b) => b.y))];
    const width = Math.max(...boxes.map((b) => b.x + b.width)) - left;
    const height = Math.max(...boxes.map((b) => b.y + b.height)) - top;
    const [shown, image] = [crop.querySelector("svg"), crop.querySelector("image")];
    shown.setAttribute("viewBox", `${left} ${top} ${width} ${height}`);
    shown.setAttribute("width", 1.3 * width);
    shown.setAttribute("height", 1.3 * height);
    image.setAttribute("href", svg.previousElementSibling.getAttribute("src"));
    image.setAttribute("width", svg.viewBox.baseVal.width);
    image.setAttribute("height", svg.viewBox.baseVal.height);
  };

  const mark = (field) => {
    for (const old of review.querySelectorAll(".on, .fed")) old.classList.remove("on", "fed");
    const places = linesOf(field).flatMap(inPaper);
    for (const place of places) place.classList.add("on");
    const seen = places.find((place) => place.getClientRects().length);
    if (seen) reveal(seen);
    quote(field, places);
  };

  const feed = (line) => {
    const fields = [...review.querySelectorAll(`[data-lines~="${line}"]`)];
    const first = fields.find((field) => field.getClientRects().length)?.querySelector("input, textarea, select");
    if (!first) return;
    first.focus();
    for (const field of fields) field.classList.add("fed");
    const names = [...new Set(fields.map((field) => field.querySelector("label").textContent))];
    review.querySelector("[data-told]").textContent = `La ligne ${line} remplit : ${names.join(", ")}.`;
  };

  review.addEventListener("focusin", (event) => {
    if (event.target.closest("#profil")) mark(event.target.closest("[data-lines]"));
  });
  review.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const line = link?.closest("[data-line]");
    if (line) {
      event.preventDefault();
      feed(line.dataset.line);
    } else if (link?.matches(".from")) {
      event.preventDefault();
      const field = link.closest("[data-lines]");
      mark(field);
      const place = inPaper(linesOf(field)[0]).find((place) => place.getClientRects().length);
      // On a narrow screen the window goes there; the line leads back.
      place?.scrollIntoView({ block: "center" });
      (place?.matches("a") ? place : place?.querySelector("a"))?.focus({ preventScroll: true });
    }
  });
}
// Links to a field give it the focus.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link || event.defaultPrevented) return;
  const field = document.getElementById(link.getAttribute("href").slice(1));
  if (!field?.matches("input, textarea, select")) return;
  event.preventDefault();
  field.focus();
});

// A file that is being sent shows how far it is.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-upload]");
  if (!form) return;
  event.preventDefault();
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  const fail = (words) => {
    bar.hidden = true;
    button.disabled = false;
    say(words);
    button.focus();
  };
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
  });
  request.addEventListener("load", () => {
    if (request.status < 400) {
      location.assign(request.responseURL);
    } else {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      fail(page.querySelector(".lead, .alert")?.textContent.trim() || "Cela n'a pas marché ; recommencez.");
    }
  });
  request.addEventListener("error", () => fail("L'envoi a échoué ; vérifiez que JobMatch tourne, puis recommencez."));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  bar.hidden = false;
  button.disabled = true;
  request.send(new FormData(form));
});

// A task tells how far it is.
const task = document.querySelector("[data-task]");
if (task) {
  const events = new EventSource(`/api/tasks/${task.dataset.task}/events`);
  const bar = task.querySelector("progress");
  const message = task.querySelector("[data-message]");
  events.addEventListener("task", (event) => {
    const told = JSON.parse(event.data);
    if (["done", "failed", "cancelled"].includes(told.state)) {
      events.close();
      location.replace(location.pathname);
      return;
    }
    message.textContent = `${told.message}…`;
    if (told.total) {
      bar.max = told.total;
      bar.value = told.done;
    }
  });
}

// Cards are dragged between columns; a drop presses the button of that move.
let dragged = null;
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
  dragged.classList.add("dragged");
});
const unmark = () => {
  for (const column of document.querySelectorAll(".over")) column.classList.remove("over");
};
document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  unmark();
});
document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.("[data-status]");
  if (!dragged || !column) return;
  event.preventDefault();
  unmark();
  column.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const column = event.target.closest?.("[data-status]");
  if (!dragged || !column) return;
  event.preventDefault();
  const form = dragged.querySelector("form.moves");
  const button = form.querySelector(`button[value="${column.dataset.status}"]`);
  if (column.contains(dragged)) return;
  if (button) {
    button.click();
  } else {
    const possible = [...form.querySelectorAll("button")].map((b) => b.textContent.trim());
    say(`Ce passage n'est pas possible. Depuis cet état : ${possible.join(", ")}.`);
  }
});
