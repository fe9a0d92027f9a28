import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "../client";
import { Field } from "../parts/field";
import type { Session } from "../types";
import { who } from "../who";

/** Asks for a token, which goes to the server once and is kept nowhere. */
export function Login() {
  const [token, setToken] = useState("");
  const [refusal, setRefusal] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      who.value = await ask<Session>("POST", "login", { token });
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <main class="lone">
      <form ref={form} class="card" onSubmit={(event) => void submit(event)}>
        <h1>jobsys</h1>
        <Field label="Token" kind="password" value={token} onChange={setToken} required
          hint="One of dashboard.tokens in the settings of this deployment." />
        {refusal && <p class="refusal" role="alert">{refusal}</p>}
        <button class="main">Log in</button>
      </form>
    </main>
  );
}
