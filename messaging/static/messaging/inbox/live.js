"use strict";

// Asks every two seconds what has changed, while the page is seen; tells in the title how much is unread.
{
  const EVERY = 2_000, STILL_WRITES = 5_000, SOUND = "inbox-sound";
  const page = document.getElementById("inbox");
  let wroteAt = 0, isAsking = false, unread = 0, audio = null, written = null, focused = "";

  const mark = (id) => document.getElementById(id)?.dataset ?? {};
  const wantsSound = () => localStorage.getItem(SOUND) === "yes";

  const address = () => {
    const talk = document.getElementById("talk")?.dataset.talkId;
    const asked = new URLSearchParams(page.dataset.query);
    asked.set("list", mark("list-mark").mark ?? "");
    asked.set("rows", document.querySelectorAll("#threads [data-talk]").length);
    // Whoever reads earlier messages is left where they are.
    if (talk && !new URLSearchParams(location.search).has("before")) {
      asked.set("talk", talk);
      asked.set("thread", mark("talk-mark").mark ?? "");
      asked.set("refused", mark("talk-mark").refused ?? "0");
      if (Date.now() - wroteAt < STILL_WRITES) asked.set("writes", "1");
    }
    return `${page.dataset.live}?${asked}`;
  };

  const ask = async () => {
    if (isAsking || document.visibilityState !== "visible") return;
    isAsking = true;
    await htmx.ajax("GET", address(), { source: page, swap: "none" }).catch(() => {});
    isAsking = false;
  };

  const beep = () => {
    audio ??= new AudioContext();
    const tone = audio.createOscillator(), volume = audio.createGain();
    volume.gain.value = 0.08;
    tone.frequency.value = 660;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.12);
  };

  const tellUnread = () => {
    const now = Number(mark("list-mark").unread ?? 0);
    if (now > unread && wantsSound()) beep();
    unread = now;
    const counted = document.querySelector("#nav-sidebar .here > a .count");
    if (counted && now) counted.textContent = now > 99 ? "99+" : now;
    const words = document.title.replace(/^\(\d+\) /, "");
    document.title = now ? `(${now}) ${words}` : words;
  };

  const isPlaying = (place) => [...place.querySelectorAll("audio, video")].some((one) => !one.paused && !one.ended);
  // A new composer takes over what was written in the old one: it comes when the window shuts or opens.
  const keepWritten = () => {
    const field = document.getElementById("reply");
    written = field && { text: field.value, has: field === document.activeElement };
  };
  const giveBackWritten = () => {
    const field = document.getElementById("reply");
    if (!field || !written) return;
    if (written.text) field.value = written.text;
    if (written.has) field.focus();
  };

  // What somebody has opened, listens to, or writes in, stays as it is.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const place = event.detail.target;
    if (place.id === "composer-place") keepWritten();
    if (place.id === "threads") focused = place.contains(document.activeElement) ? document.activeElement.closest("li")?.id : "";
    if (place.id === "thread" && isPlaying(place)) {
      place.dataset.isLate = "yes";
      event.detail.shouldSwap = false;
    }
    const isBusy = place.querySelector("details[open]") || (place.contains(document.activeElement) && place.id !== "thread");
    if (isBusy && place.id === "talk-head") event.detail.shouldSwap = false;
    const thread = document.getElementById("thread");
    if (place === thread) {
      thread.dataset.atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80 ? "yes" : "";
    }
  });
  document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
    const thread = document.getElementById("thread");
    if (detail.target.id === "thread" && thread.dataset.atEnd) thread.scrollTop = thread.scrollHeight;
    if (detail.target.id === "composer-place") giveBackWritten();
    if (detail.target.id === "threads") {
      document.dispatchEvent(new Event("inbox:list"));
      if (focused) document.getElementById(focused)?.querySelector("a")?.focus({ preventScroll: true });
    }
    if (detail.target.id === "list-mark") tellUnread();
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches(".composer textarea")) wroteAt = event.target.value.trim() ? Date.now() : 0;
  });
  document.addEventListener("visibilitychange", ask);
  // What came while somebody listened is asked for once they do not.
  for (const name of ["pause", "ended"]) {
    document.addEventListener(name, ({ target }) => {
      const thread = target.closest("#thread");
      if (!thread?.dataset.isLate || isPlaying(thread)) return;
      delete thread.dataset.isLate;
      mark("talk-mark").mark = "";
      ask();
    }, true);
  }

  const sound = document.querySelector("[data-sound]");
  const show = () => sound.setAttribute("aria-pressed", String(wantsSound()));
  sound?.addEventListener("click", () => {
    localStorage.setItem(SOUND, wantsSound() ? "no" : "yes");
    if (wantsSound()) beep();
    show();
  });
  if (sound) show();
  tellUnread();
  setInterval(ask, EVERY);
}
