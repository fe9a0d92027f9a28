/** Keys that lead somewhere, wherever nothing is being written. */

import { signal } from "@preact/signals";
import { go, to } from "./route";

export const showsKeys = signal(false);

export const PAGES = [
  { page: "overview", name: "Overview", key: "o" },
  { page: "queues", name: "Queues", key: "q" },
  { page: "jobs", name: "Jobs", key: "j" },
  { page: "dead-letters", name: "Dead letters", key: "d" },
  { page: "schedules", name: "Schedules", key: "s" },
  { page: "workers", name: "Workers", key: "w" },
  { page: "circuits", name: "Circuits", key: "c" },
] as const;

const PAIR_MS = 1_500;
let wentAt = -Infinity;

export function listenToKeys(): () => void {
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

function pressed(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const writes = target.matches?.("input, textarea, select");
  if (writes || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog")) {
    return;
  }
  const isSecond = event.timeStamp - wentAt < PAIR_MS;
  wentAt = event.key === "g" ? event.timeStamp : -Infinity;
  if (event.key === "?") showsKeys.value = true;
  else if (event.key === "/") document.getElementById("search")?.focus();
  else if (isSecond) return leadTo(event.key);
  else return;
  event.preventDefault();
}

function leadTo(key: string): void {
  const meant = PAGES.find((one) => one.key === key);
  if (meant) go(to(meant.page));
}
