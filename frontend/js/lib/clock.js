// The server's clock, as far as a page can know it: what the server last said, counted on. The clock of a phone may be
// wrong by hours, so only what passes on it is used, and that only for the time in which the phone slept: the steadier
// clock of a page stands still then.

const [STEADY, WALL] = [performance.now(), Date.now()];

/** Milliseconds since the page was asked for, sleep included. */
export const elapsed = () => STEADY + Math.max(performance.now() - STEADY, Date.now() - WALL);

const [page] = performance.getEntriesByType("navigation");
const pageArrived = page?.responseStart || STEADY;

/**
 * `clock.set(iso, asked, answered)` at each word of the server, with the `elapsed()` before and after; `clock.now()` is its
 * present instant as a Date. The server spoke between the two, so a clock that is already right does not move: a slow line
 * must not make a newer answer look older than the one before it.
 */
export function serverClock(iso) {
  let offset = -Infinity;
  const set = (instant, asked, answered) => {
    const said = Date.parse(instant);
    offset = Math.min(Math.max(offset, said - answered), said - asked);
  };
  set(iso, page?.requestStart ?? 0, pageArrived);
  return { set, now: () => new Date(offset + elapsed()) };
}

const SHOWN = { timeZone: "Asia/Jakarta", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };

/** 10.42.07 in Jakarta. */
export function clockTime(instant) {
  return new Intl.DateTimeFormat("id-ID", SHOWN).format(new Date(instant)).replaceAll(":", ".");
}

/** Counts down in `element`. `onEnd` is called once it is over; `set(seconds)` says how much is left, and starts it anew;
 * `over()` is whether it has ended. */
export function countdown(element, { onEnd, announce }) {
  let end = pageArrived + Number(element.dataset.secondsLeft) * 1000;
  let before = Infinity;
  let over = false;
  const pad = (number) => String(number).padStart(2, "0");

  function tick() {
    const left = Math.max(0, Math.ceil((end - elapsed()) / 1000));
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
    end = elapsed() + seconds * 1000;
    over = false;
  }

  tick();
  setInterval(tick, 500);
  return { set, over: () => over };
}
