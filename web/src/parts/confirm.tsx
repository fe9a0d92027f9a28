import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { Modal } from "./modal";

export interface Question {
  title: string;
  text: string;
  /** What the button says that does it. */
  yes: string;
  /** The name that has to be written before it can be done, and whose it is. */
  typed?: string;
  typedIs?: string;
  danger?: boolean;
}

const asked = signal<{ question: Question; answer: (yes: boolean) => void } | null>(null);

/** Asks before something is done. */
export function confirmed(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (yes: boolean) => {
      asked.value = null;
      resolve(yes);
    };
    asked.value = { question, answer };
  });
}

/** The place of the question that is asked. */
export function ConfirmPlace() {
  return asked.value && <Confirm key={asked.value.question.title} {...asked.value} />;
}

function Confirm({ question, answer }: { question: Question; answer: (yes: boolean) => void }) {
  const [written, write] = useState("");
  const { title, text, yes, typed, danger } = question;
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed === undefined || written === typed) answer(true);
  };
  return (
    <Modal title={title} onClose={() => answer(false)}>
      <form onSubmit={submit}>
        <p>{text}</p>
        {typed !== undefined && (
          <label class="field">
            <span>
              Write {question.typedIs} <code>{typed}</code> to confirm
            </span>
            <input value={written} onInput={(e) => write(e.currentTarget.value)} autocomplete="off" />
          </label>
        )}
        <div class="buttons end">
          <button type="button" onClick={() => answer(false)}>
            Keep as it is
          </button>
          <button class={danger ? "danger" : "main"} disabled={typed !== undefined && written !== typed}>
            {yes}
          </button>
        </div>
      </form>
    </Modal>
  );
}
