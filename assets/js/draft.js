// What is typed in a form of the log is never lost: it is saved as a draft on the server while one
// types, and kept in this browser while the net or the log-in is gone. All words stand in the page.
// Without this script the button "Save as a draft" does the first, and the server the second.
(() => {
  const SHELF = "utkast";
  const DAY = 24 * 3600 * 1000;
  const KEPT_DAYS = 30;
  const PAUSE = 2000;
  const LONGEST_PAUSE = 10000;
  const TRY_AGAIN = 30000;
  // Then a browser that was stopped in the middle of sending gets its buttons back.
  const STUCK = 20000;
  // What browsers let out of a page that is being closed, in characters.
  const LAST_WORDS = 60000;
  const NOT_TYPED = new Set([
    "csrfmiddlewaretoken",
    "draft_version",
    "submission_key",
    "typed_by",
    "files",
  ]);

  // Copies in this browser, under "utkast|person|address|key": {at, sending, version, fields}.
  const shelf = {
    all() {
      try {
        return Object.keys(localStorage)
          .filter((name) => name.startsWith(`${SHELF}|`))
          .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }))
          .sort((one, other) => other.at - one.at);
      } catch {
        return [];
      }
    },
    put(name, copy) {
      try {
        localStorage.setItem(name, JSON.stringify({ at: Date.now(), ...copy }));
        return true;
      } catch {
        return false;
      }
    },
    drop(name) {
      try {
        localStorage.removeItem(name);
      } catch {
        // What can't be kept need not be removed.
      }
    },
    dropAll(test) {
      for (const copy of this.all()) if (test(copy)) this.drop(copy.name);
    },
  };
  shelf.dropAll((copy) => !(Date.now() - copy.at < KEPT_DAYS * DAY));

  const sent = document.querySelector("[data-sent]");
  if (sent) {
    const keys = sent.dataset.sent.split(" ").filter(Boolean);
    shelf.dropAll((copy) => keys.some((key) => copy.name.endsWith(`|${key}`)));
  }
  const changed = document.querySelector("[data-changed]");
  if (changed) {
    const { changed: address, version } = changed.dataset;
    shelf.dropAll(
      (copy) =>
        copy.sending && copy.name.includes(`|${address}|`) && Number(copy.opened) < Number(version),
    );
  }

  let leaving = false;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-log-out]")) return;
    leaving = true;
    shelf.dropAll(() => true);
  });

  const form = document.querySelector("form[data-typed]");
  if (!form) return;

  const { typed: address, draft, person } = form.dataset;
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  const key = value("submission_key") || "endring";
  const own = `${SHELF}|${person}|${address}|${key}`;
  const status = form.querySelector("[data-saved]");
  const trouble = form.querySelector("[data-trouble]");
  const offer = document.querySelector("[data-kept]");
  const buttons = [...form.querySelectorAll("button[type=submit]")];
  const main = form.querySelector("[data-main]");

  // Files are never kept; what is empty makes no difference.
  const typed = () =>
    [...new FormData(form)].filter(
      ([name, text]) =>
        typeof text === "string" && text && !NOT_TYPED.has(name) && !name.includes("password"),
    );
  const textOf = (fields) => JSON.stringify([...fields].sort());
  const now = () => textOf(typed());

  let known = form.hasAttribute("data-unsaved") ? "" : now();
  let state = "saved";
  let timer;
  let begun = 0;
  let busy = false;
  let pass = false;
  let waiting = false;
  let saving = Promise.resolve();

  const isDirty = () => now() !== known;
  // As the page writes times: "14.02" or "14:02".
  const [colon] = status.dataset.clock.match(/\D/);
  const clock = (at) =>
    new Date(at).toTimeString().slice(0, 5).replace(":", colon);
  const say = (text, time) => {
    const told = text.replace("{time}", time ?? "");
    // A reader of screens hears it only when it is news.
    if (status.textContent !== told) status.textContent = told;
  };

  const show = (name, time) => {
    for (const note of trouble.querySelectorAll("[data-note]")) {
      note.hidden = note.dataset.note !== name;
      const told = note.hidden ? null : note.querySelector("[data-told]");
      if (told) told.textContent = told.dataset.told.replace("{time}", time ?? "");
    }
  };

  const keepHere = (sending = false) => {
    const kept = shelf.put(own, {
      sending,
      version: value("draft_version"),
      opened: value("opened"),
      fields: typed(),
    });
    if (kept) say(status.dataset.here, clock(Date.now()));
    return kept;
  };

  const settle = (outcome, time) => {
    state = outcome;
    if (outcome === "saved") {
      shelf.drop(own);
      show(waiting ? "back" : "");
      say(status.dataset.saved, time);
    } else if (keepHere()) {
      show(waiting && outcome === "offline" ? "not_sent" : outcome, time);
    } else {
      say(status.dataset.nowhere);
      show(outcome === "clash" || outcome === "gone" ? outcome : "nowhere", time);
    }
    return outcome;
  };

  const post = () => {
    const body = new URLSearchParams(typed());
    body.set("csrfmiddlewaretoken", value("csrfmiddlewaretoken"));
    body.set("draft_version", value("draft_version"));
    return fetch(draft, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { Accept: "application/json" },
      // It goes on when the page is closed meanwhile.
      keepalive: body.toString().length < LAST_WORDS,
      signal: AbortSignal.timeout(STUCK),
    });
  };

  // The key of the form is another after each log-in; the page of the same person has the new one.
  const renew = async () => {
    const answer = await fetch(address, { redirect: "manual" });
    if (answer.type === "opaqueredirect") return "away";
    if (!answer.ok) return "fault";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("form[data-typed]");
    if (!fresh) return "fault";
    if (fresh.dataset.person !== person) return "other";
    const token = fresh.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
      field.value = token;
    }
    return "renewed";
  };

  const tryToSave = async () => {
    const text = now();
    try {
      let answer = await post();
      if (answer.status === 403) {
        const found = await renew();
        if (found !== "renewed") return settle(found);
        answer = await post();
      }
      if (answer.type === "opaqueredirect") return settle("away");
      if (answer.status === 413) return settle("full");
      if (answer.status === 409) {
        const other = await answer.json();
        trouble.dataset.version = other.version;
        return settle(other.version ? "clash" : "gone", other.saved);
      }
      if (!answer.ok) return settle("fault");
      const kept = await answer.json();
      form.elements.namedItem("draft_version").value = kept.version;
      known = text;
      return settle("saved", kept.saved);
    } catch {
      return settle("offline");
    }
  };

  // One at a time, since each needs the version that the one before was given.
  const save = () => {
    clearTimeout(timer);
    begun = 0;
    if (!draft) {
      if (isDirty()) keepHere();
      return Promise.resolve("saved");
    }
    saving = saving.then(() => (isDirty() || state !== "saved" ? tryToSave() : "saved"));
    return saving;
  };

  // While two tabs disagree, the person decides: until then nothing is sent by itself.
  const saveByItself = () => {
    clearTimeout(timer);
    begun = 0;
    if (busy || leaving) return;
    if (state === "clash" || state === "gone") keepHere();
    else save();
  };

  const soon = () => {
    const since = Date.now();
    begun ||= since;
    clearTimeout(timer);
    timer = setTimeout(saveByItself, Math.min(PAUSE, Math.max(0, begun + LONGEST_PAUSE - since)));
  };

  const lock = (locked) => {
    for (const button of buttons) button.disabled = locked;
  };
  const free = () => {
    busy = pass = false;
    lock(false);
  };

  const send = (button) => {
    waiting = false;
    keepHere(true);
    pass = true;
    lock(false);
    // A form that is being sent right now sends nothing more.
    setTimeout(() => form.requestSubmit(button));
  };

  form.addEventListener("submit", async (event) => {
    if (pass) {
      pass = false;
      leaving = true;
      setTimeout(lock, 0, true);
      setTimeout(() => {
        leaving = false;
        free();
      }, STUCK);
      return;
    }
    event.preventDefault();
    if (busy) return;
    const button = event.submitter ?? main;
    if (button.name === "draft") {
      if (state !== "clash" && state !== "gone") await reach();
      return;
    }
    busy = true;
    lock(true);
    // Whether the portal can be reached and knows who we are is found out by saving once more.
    const outcome = draft ? await reach() : navigator.onLine ? "saved" : "offline";
    if (outcome === "saved" || outcome === "clash" || outcome === "gone" || outcome === "full") {
      send(button);
      return;
    }
    free();
    if (!draft) settle(outcome);
    if (outcome === "offline") {
      waiting = true;
      show("not_sent");
    }
    trouble.scrollIntoView({ block: "center" });
  });

  const reach = () => {
    saving = saving.then(tryToSave);
    return saving;
  };

  for (const kind of ["input", "change"]) form.addEventListener(kind, soon);
  form.addEventListener("focusout", () => begun && saveByItself());

  trouble.addEventListener("click", async (event) => {
    if (event.target.closest("[data-mine]")) {
      form.elements.namedItem("draft_version").value = trouble.dataset.version;
      await reach();
    }
    if (event.target.closest("[data-send]")) form.requestSubmit(main);
  });

  addEventListener("online", () => {
    if (waiting) show("back");
    if (state !== "saved") saveByItself();
  });
  setInterval(() => {
    if (!waiting && (state === "offline" || state === "fault")) saveByItself();
  }, TRY_AGAIN);

  const lastWords = () => {
    if (leaving || busy || !isDirty()) return;
    keepHere();
    if (draft && state === "saved") post().catch(() => {});
  };
  addEventListener("pagehide", lastWords);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") saveByItself();
    else if (["away", "other", "offline"].includes(state) && !waiting) saveByItself();
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    free();
    if (isDirty()) soon();
  });

  for (const one of document.querySelectorAll("form[data-throw-away]")) {
    one.addEventListener("submit", () => {
      leaving = true;
      shelf.drop(own);
    });
  }

  // What this browser kept of this form before, and the page does not show.
  const others = () =>
    shelf
      .all()
      .filter((copy) => copy.name.startsWith(`${SHELF}|${person}|${address}|`))
      .filter((copy) => {
        const shown = textOf(copy.fields) === now();
        if (shown && known) shelf.drop(copy.name);
        return !shown;
      });

  const bringBack = (copy) => {
    const back = document.createElement("form");
    back.method = "post";
    back.action = address;
    const kept = [
      ["csrfmiddlewaretoken", value("csrfmiddlewaretoken")],
      ["typed_by", value("typed_by")],
      ["submission_key", copy.name.split("|").pop()],
      ["draft_version", copy.version],
      ["opened", copy.opened],
      ["again", "1"],
    ];
    const names = new Set(kept.map(([name]) => name));
    for (const [name, text] of [...copy.fields.filter(([one]) => !names.has(one)), ...kept]) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = text;
      back.append(field);
    }
    back.hidden = true;
    document.body.append(back);
    back.submit();
  };

  const offerNext = () => {
    const copy = others()[0];
    offer.firstElementChild.hidden = !copy;
    if (!copy) return;
    const told = offer.querySelector("[data-told]");
    told.textContent = told.dataset.told.replace(
      "{time}",
      `${new Date(copy.at).toLocaleDateString(document.documentElement.lang)} ${clock(copy.at)}`,
    );
    offer.querySelector("[data-if-sending]").hidden = !copy.sending;
    offer.querySelector("[data-bring]").onclick = () => bringBack(copy);
    offer.querySelector("[data-forget]").onclick = () => {
      shelf.drop(copy.name);
      offerNext();
    };
  };
  offerNext();
  if (!known) soon();
})();
