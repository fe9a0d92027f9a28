import { useState } from "preact/hooks";
import { go, to } from "./route";

const ID = /^[A-Za-z0-9][\w.-]{0,63}:[A-Za-z0-9][\w.-]{0,63}$/;

/** Leads to the job whose id is written, or to the jobs in which a text stands. */
export function Search() {
  const [text, setText] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    const meant = text.trim();
    if (!meant) return;
    go(ID.test(meant) ? to("jobs", meant) : to("jobs", "", { text: meant }));
    setText("");
  };
  return (
    <form role="search" onSubmit={submit}>
      <input
        id="search"
        type="search"
        aria-label="Find a job by its id, or jobs by a text"
        placeholder="Job id or text  ( / )"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        autocomplete="off"
        spellcheck={false}
      />
    </form>
  );
}
