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

// Lists of the profile grow by a row at a time; without this, saving gives the next empty one.
for (const list of document.querySelectorAll("[data-rows]")) {
  const more = document.createElement("button");
  more.type = "button";
  more.className = "quiet small";
  more.textContent = "Ajouter une ligne";
  more.addEventListener("click", () => {
    const rows = list.querySelectorAll("[data-row]");
    const row = rows[rows.length - 1].cloneNode(true);
    const renamed = (name) => name.replace(/\.\d+\./, `.${rows.length}.`);
    for (const part of row.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        if (part.hasAttribute(attribute)) part.setAttribute(attribute, renamed(part.getAttribute(attribute)));
      }
      if (part.type === "checkbox") part.checked = false;
      else if ("value" in part) part.value = "";
    }
    list.append(row);
    row.querySelector("input, select").focus();
  });
  list.after(more);
}

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
