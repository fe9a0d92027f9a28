import { useEffect, useState } from "preact/hooks";
import { ask, path } from "../client";
import { pretty } from "../format";
import { done } from "../parts/action";
import { Field } from "../parts/field";
import { Modal } from "../parts/modal";
import { tellProblem } from "../parts/notice";
import type { DeadLetter } from "../types";

/** Gives a dead letter another payload, if nobody else has done so meanwhile. */
export function PayloadEditor({ id, close }: { id: string; close: () => void }) {
  const [letter, setLetter] = useState<DeadLetter | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const load = async () => {
      const found = await ask<DeadLetter>("GET", path`dead-letters/${id}`);
      setLetter(found);
      setText(pretty(found.payload));
    };
    load().catch((problem) => {
      tellProblem(problem);
      close();
    });
  }, [id]);
  const flaw = letter && flawOf(text);
  const save = async (andReplay: boolean) => {
    const run = async () => {
      await ask("PUT", path`dead-letters/${id}`, { payload: JSON.parse(text), revision: letter?.revision });
      if (andReplay) await ask("POST", path`dead-letters/${id}/replay`);
      return `${id} has another payload${andReplay ? ", and is queued again" : ""}.`;
    };
    if (await done(run)) close();
  };
  return (
    <Modal title={`Payload of ${id}`} onClose={close} wide>
      <form onSubmit={(event) => (event.preventDefault(), void save(true))}>
        {letter ? (
          <Field label="JSON" kind="area" value={text} onChange={setText}
            hint="Stars stand for secrets: left as they are, they stay what they were." />
        ) : (
          <p class="loading">Loading…</p>
        )}
        {flaw && <p class="refusal">{flaw}</p>}
        <div class="buttons end">
          <button type="button" onClick={close}>
            Keep as it is
          </button>
          <button type="button" disabled={!letter || !!flaw} onClick={() => void save(false)}>
            Save
          </button>
          <button class="main" disabled={!letter || !!flaw}>
            Save and replay
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Says what keeps a text from being a payload; nothing where it is one. */
export function flawOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? "" : 'A payload is an object: {"name": "Ada"}';
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
