import type { ReactNode, Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { classes } from "./classes.ts";

export type ButtonProps = Omit<AriaButtonProps, "className" | "style" | "children" | "isPending"> & {
  /** While the answer is awaited: a press does nothing, the focus stays. */
  isPending?: boolean;
  /** primary: the one thing to do here. danger: what cannot be taken back. */
  kind?: "primary" | "secondary" | "quiet" | "danger";
  size?: "medium" | "small";
  icon?: ReactNode;
  className?: string;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
};

const kinds = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  secondary: "bg-ground text-accent border-accent hover:bg-accent-soft",
  quiet: "bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-danger text-on-danger border-transparent hover:opacity-90",
};

const sizes = {
  medium: "min-h-11 px-4 text-base gap-2",
  small: "min-h-9 px-3 text-sm gap-1.5 max-md:min-h-11",
};

export function Button({
  kind = "secondary",
  size = "medium",
  icon,
  className,
  children,
  isPending = false,
  onPress,
  ...props
}: ButtonProps) {
  return (
    <AriaButton
      {...props}
      onPress={isPending ? undefined : onPress}
      // Said, not only shown: a press that does nothing without a word looks like a fault.
      aria-disabled={isPending || undefined}
      className={classes(
        "inline-flex items-center justify-center whitespace-nowrap rounded-lg border font-bold leading-tight transition-colors",
        "disabled:opacity-50",
        isPending && "cursor-progress opacity-70",
        kinds[kind],
        sizes[size],
        className,
      )}
    >
      {isPending ? (
        <span
          aria-hidden="true"
          className="size-4 animate-spin rounded-full border-2 border-current border-r-transparent"
        />
      ) : (
        icon
      )}
      {children}
    </AriaButton>
  );
}

export type IconButtonProps = Omit<AriaButtonProps, "className" | "style" | "children"> & {
  /** What the button does, for those who cannot see the picture and as a hint for those who can. */
  label: string;
  icon: ReactNode;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
};

export function IconButton({ label, icon, className, ...props }: IconButtonProps) {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      render={(domProps) => <button {...(domProps as object)} title={label} />}
      className={classes(
        "inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-ink-2 transition-colors",
        "hover:bg-hover hover:text-ink aria-pressed:bg-accent-soft aria-pressed:text-accent max-md:size-11 disabled:opacity-50",
        className,
      )}
    >
      {icon}
    </AriaButton>
  );
}
