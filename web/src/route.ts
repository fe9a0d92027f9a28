/** Where one is on the page: the hash, `#/jobs/mails:7?text=ada`, so that any prefix serves it. */

import { signal } from "@preact/signals";
import { asking } from "./client";

export interface Route {
  page: string;
  id: string;
  query: URLSearchParams;
}

export const route = signal<Route>(read());

addEventListener("hashchange", () => {
  route.value = read();
});

/** Returns the address of a page, or of one thing on it. */
export function to(page: string, id = "", query: Record<string, string | null | undefined> = {}): string {
  return asking(id ? `#/${page}/${encodeURIComponent(id)}` : `#/${page}`, query);
}

export function go(where: string): void {
  location.hash = where;
}

function read(): Route {
  const [where = "", query = ""] = split(location.hash.replace(/^#\/?/, ""), "?");
  const [page = "", id = ""] = split(where, "/");
  return { page: page || "overview", id: decoded(id), query: new URLSearchParams(query) };
}

function split(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
