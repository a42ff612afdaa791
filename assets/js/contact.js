// What follows the place, the parties and whom one met is fetched anew when they change. Without
// JavaScript, or without the net, the buttons of the form do the same.
const form = document.getElementById("id_party").form;
const part = (name, page = document) => page.querySelector(`[data-follows="${name}"]`);
const ticked = () => [...form.querySelectorAll('[name="party"]:checked')].map((box) => box.value);
const named = () =>
  [...form.querySelectorAll('[name^="list_"]')].flatMap(({ value }) =>
    value.split(";").filter((name) => name.trim()),
  );
const isEach = () => Boolean(form.elements.differ?.checked);
const told = form.querySelector("[data-told]");
let changes = 0;
let isAway = false;

// Only several parties can have answered differently; the button is for those who need it.
function settle() {
  const parties = ticked();
  for (const one of form.querySelectorAll("[data-differ]")) {
    one.hidden = parties.length + named().length < 2 && !isEach();
    one.querySelector("[data-show]").hidden = !isAway;
  }
  const before = part("before").querySelector("details");
  const lines = [...(before?.querySelectorAll("[data-party]") ?? [])];
  if (lines.some((line) => parties.includes(line.dataset.party))) before.open = true;
}

// Where the keyboard is, to be put there again in what came.
function focused() {
  const { activeElement: at } = document;
  if (!at?.closest("[data-follows]")) return () => {};
  const { id, name, value } = at;
  return () =>
    [...form.elements]
      .find((one) => (id ? one.id === id : one.name === name && one.value === value))
      ?.focus();
}

async function renew() {
  const seen = changes;
  const data = new FormData(form);
  data.delete("files");
  data.set("show", "1");
  try {
    const answer = await fetch(location.href.split("#")[0], { method: "POST", body: data });
    if (!answer.ok || answer.redirected) throw new Error("the page did not come");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What was tapped meanwhile is not in what came: it is asked for again.
    if (seen !== changes) return renew();
    const back = focused();
    for (const name of ["place", "before", "answers"]) {
      part(name).replaceChildren(...part(name, page).childNodes);
    }
    back();
    told.textContent = told.dataset.told;
    isAway = false;
  } catch {
    isAway = true;
  }
  return settle();
}

form.addEventListener("change", ({ target: { name } }) => {
  changes += 1;
  told.textContent = "";
  const isParty = name === "party" || name.startsWith("list_");
  if (["place", "counterpart", "differ"].includes(name) || (isParty && isEach())) renew();
  else settle();
});
// The buttons that ask for the page once more need no new page, so that chosen files stay.
form.addEventListener("click", (event) => {
  if (isAway || !event.target.closest("button[name=show]")) return;
  event.preventDefault();
  changes += 1;
  renew();
});
settle();
