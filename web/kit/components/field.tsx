import type { ReactNode, Ref } from "react";
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  type InputProps,
  Label,
  Text,
} from "react-aria-components";
import { classes } from "./classes.ts";

export const inputClass =
  "w-full min-h-12 rounded-lg border border-line-strong bg-ground px-4 text-base text-ink placeholder:text-ink-3 " +
  "hover:border-ink invalid:border-danger data-[invalid]:border-danger disabled:bg-sunken disabled:text-ink-3";

export type TextFieldProps = Omit<AriaTextFieldProps, "className" | "style" | "children"> & {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  inputProps?: InputProps;
  className?: string;
  inputRef?: Ref<HTMLInputElement>;
};

/** A labelled field. The error stands below it, is read out, and leaves what was typed. */
export function TextField({ label, hint, error, inputProps, className, inputRef, ...props }: TextFieldProps) {
  return (
    <AriaTextField
      {...props}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className={classes("flex flex-col gap-1.5", className)}
    >
      <Label className="text-sm font-bold text-ink">{label}</Label>
      {hint && (
        <Text slot="description" className="text-sm text-ink-3">
          {hint}
        </Text>
      )}
      <Input {...inputProps} ref={inputRef ?? null} className={inputClass} />
      <FieldError className="text-sm text-danger">{error}</FieldError>
    </AriaTextField>
  );
}

/** A native list of choices in the same clothes: it works everywhere, best of all on a phone. */
export function SelectField({
  label,
  value,
  onChange,
  children,
  error,
  id,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
  error?: string | null;
}) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-bold text-ink">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={Boolean(error)}
        aria-describedby={error ? `${id}-error` : undefined}
        className={inputClass}
      >
        {children}
      </select>
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  );
}
