/** The stream of overviews that keeps the page alive, and heals where it breaks. */

import { batch, signal } from "@preact/signals";
import { ask, Problem } from "./client";
import { type Overview, continued } from "./overview";
import { seesAll, who } from "./who";

export const overview = signal<Overview | null>(null);
export const connection = signal<"connecting" | "live" | "lost">("connecting");

/** A new one each time that something may have changed; `seen` names the overview that tells so. */
export const beat = signal<{ seen?: string }>({});
/** A new one each time that something was changed from this page. */
export const changed = signal({});

const AGAIN_MS = 1_000;
const BOUNDED_BEAT_MS = 2_000;
const SILENCE_MS = 15_000;

/** Tells everything on the page to look again, past what the server shares. */
export function lookAgain(): void {
  batch(() => {
    changed.value = {};
    beat.value = {};
  });
}

/** Keeps the page alive while its tab is seen; returns what ends that. */
export function live(): () => void {
  let end = () => {};
  const follow = () => {
    end();
    end = document.hidden ? () => {} : seesAll() ? streamed() : beaten();
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    end();
  };
}

/** For one who is shown only some queues there is no stream: the page looks for itself. */
function beaten(): () => void {
  const look = async () => {
    if (await answers()) beat.value = {};
  };
  void look();
  const timer = setInterval(() => void look(), BOUNDED_BEAT_MS);
  return () => clearInterval(timer);
}

function streamed(): () => void {
  let source: EventSource | undefined;
  let timer = 0;
  let over = false;
  const later = (then: () => unknown, wait: number) => {
    clearTimeout(timer);
    if (!over) timer = window.setTimeout(then, wait);
  };
  const lost = () => {
    source?.close();
    connection.value = "lost";
    later(heal, AGAIN_MS);
  };
  const heal = async () => ((await answers()) ? open() : later(heal, AGAIN_MS));
  const open = async () => {
    await catchUp();
    if (over) return;
    source = new EventSource("api/live");
    source.addEventListener("error", lost);
    source.addEventListener("overview", (event: MessageEvent<string>) => {
      later(lost, SILENCE_MS);
      take(JSON.parse(event.data) as Overview);
    });
    later(lost, SILENCE_MS);
  };
  void open();
  return () => {
    over = true;
    clearTimeout(timer);
    source?.close();
  };
}

function take(told: Overview): void {
  overview.value = continued(overview.value, told);
  connection.value = "live";
  beat.value = { seen: told.at };
}

/** Fetches the points of the last minutes, which the stream does not repeat. */
async function catchUp(): Promise<void> {
  try {
    overview.value = await ask<Overview>("GET", "overview");
  } catch {
    // the stream says by itself what is amiss
  }
}

/** Asks whether the server is there, and still knows who looks. */
async function answers(): Promise<boolean> {
  try {
    await ask("GET", "session");
    connection.value = seesAll() ? "connecting" : "live";
    return true;
  } catch (error) {
    if (who.value !== null || !(error instanceof Problem)) connection.value = "lost";
    return false;
  }
}
