import { useEffect } from "preact/hooks";
import { ask, Problem } from "./client";
import { Frame } from "./frame";
import { listenToKeys } from "./keys";
import { live } from "./live";
import { Login } from "./pages/login";
import { signal } from "@preact/signals";
import { Failed } from "./parts/shown";
import { changed } from "./live";
import type { Session } from "./types";
import { who } from "./who";

const problem = signal<Problem | null>(null);

/** The whole page: for whom the server knows, else the way to be known. */
export function App() {
  useEffect(() => void (who.value === undefined && meet()), [changed.value]);
  const known = who.value != null;
  useEffect(() => (known ? live() : undefined), [known]);
  useEffect(listenToKeys, []);
  if (who.value === null) return <Login />;
  if (who.value) return <Frame />;
  return <main class="lone">{problem.value ? <Failed problem={problem.value} /> : <p>Loading…</p>}</main>;
}

/** Asks the server who looks at the page. */
async function meet(): Promise<void> {
  try {
    who.value = await ask<Session>("GET", "session");
  } catch (error) {
    if (error instanceof Problem && error.status !== 401) problem.value = error;
  }
}
