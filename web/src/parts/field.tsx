import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What may be chosen; where it is open, what is proposed. */
  options?: readonly string[];
  open?: boolean;
  /** What an empty choice means. */
  none?: string;
  kind?: "text" | "number" | "datetime-local" | "area" | "password";
  hint?: string;
  required?: boolean;
}

/** A labelled field of a form: a choice, an area, or a line with proposals. */
export function Field({ label, hint, ...rest }: FieldProps) {
  return (
    <label class={rest.kind === "area" ? "field whole" : "field"}>
      <span>{label}</span>
      <Control {...rest} label={label} />
      {hint && <small>{hint}</small>}
    </label>
  );
}

function Control({ value, onChange, options, open, none, kind = "text", required = false }: FieldProps) {
  const list = useId();
  const onInput = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  if (kind === "area") {
    return <textarea class="mono" rows={12} spellcheck={false} value={value} onInput={onInput} />;
  }
  if (options && !open) {
    return (
      <select value={value} onChange={onInput}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    );
  }
  return (
    <>
      <input
        type={kind as "text"} // the types of preact tell kinds apart that are alike here
        value={value}
        onInput={onInput}
        required={required}
        placeholder={none}
        list={options ? list : undefined}
        step={kind === "datetime-local" ? 1 : undefined}
        autocomplete="off"
      />
      {options && (
        <datalist id={list}>
          {options.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}
