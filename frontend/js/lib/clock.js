// The server's clock, as far as a page can know it: what the server last said, counted on by a clock that no one can set.
// The clock of a phone may be wrong by hours.

/** `clock.set(iso)` at each word of the server; `clock.now()` is its present instant as a Date. */
export function serverClock(iso) {
  let offset = 0;
  const set = (instant) => {
    offset = Date.parse(instant) - performance.now();
  };
  set(iso);
  return { set, now: () => new Date(offset + performance.now()) };
}

const SHOWN = { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };

/** 10.42.07 in Jakarta. */
export function clockTime(instant) {
  return new Intl.DateTimeFormat("id-ID", SHOWN).format(new Date(instant)).replaceAll(":", ".");
}

/** Counts down in `element`. `onEnd` is called once it is over; `set(seconds)` says how much is left, and starts it anew. */
export function countdown(element, { onEnd, announce }) {
  let end = 0;
  let before = Infinity;
  let over = false;
  const pad = (number) => String(number).padStart(2, "0");

  function tick() {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
    const text = hours ? `${hours}.${pad(minutes)}.${pad(seconds)}` : `${minutes}.${pad(seconds)}`;
    element.querySelector("[data-time]").textContent = text;
    element.classList.toggle("late", left < 60);
    element.classList.toggle("due", left >= 60);
    for (const limit of Object.keys(announce).map(Number)) {
      if (before > limit && left <= limit && before !== Infinity) announce[limit]();
    }
    before = left;
    if (left === 0 && !over) {
      over = true;
      onEnd();
    }
  }

  function set(seconds) {
    end = performance.now() + seconds * 1000;
    over = false;
  }

  set(Number(element.dataset.secondsLeft));
  tick();
  setInterval(tick, 500);
  return { set };
}
