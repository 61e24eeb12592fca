/** The four states of every list: loading, empty, error with a way on, and no right. */
import { type ReactNode, useEffect } from "react";
import { Problem, wordsOf } from "../api/problem.ts";
import { text } from "../text/index.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { CheckIcon, LockIcon, WarningIcon } from "./icons.tsx";

/** A grey shape where something will be. Hidden from screen readers; the list itself says that it is loading. */
export function Skeleton({ className }: { className: string }) {
  return (
    <span aria-hidden="true" className={classes("block animate-skeleton rounded-md bg-line", className)} />
  );
}

export function Loading({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div role="status" className={className}>
      <span className="sr-only">{text("loading")}</span>
      {children}
    </div>
  );
}

export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      {icon && <span className="mb-1 text-ink-3">{icon}</span>}
      <p className="text-base font-bold text-ink">{title}</p>
      {children && <div className="max-w-md text-sm text-ink-2">{children}</div>}
    </div>
  );
}

/**
 * What went wrong and the button that tries again; when the device has a line again it is tried by itself. What may not be seen is
 * told apart from what is broken.
 */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  useEffect(() => {
    if (!onRetry) return;
    const retry = () => onRetry();
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, [onRetry]);
  const refused = error instanceof Problem && (error.details.status === 403 || error.details.status === 404);
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-10 text-center">
      <span className={refused ? "text-ink-3" : "text-danger"}>
        {refused ? <LockIcon size={28} /> : <WarningIcon size={28} />}
      </span>
      {!refused && <p className="text-base font-bold text-ink">{text("problem.title")}</p>}
      <p className="max-w-md text-sm text-ink-2">{wordsOf(error)}</p>
      {onRetry && !refused && (
        <Button size="small" onPress={onRetry}>
          {text("action.retry")}
        </Button>
      )}
    </div>
  );
}

/** A few lines that must be seen: an error over a form, a warning before something happens. */
export function Notice({ tone, children }: { tone: "danger" | "warn" | "ok"; children: ReactNode }) {
  const tones = {
    danger: "border-danger-line bg-danger-soft text-danger",
    warn: "border-warn-line bg-warn-soft text-warn",
    ok: "border-ok-line bg-ok-soft text-ok",
  };
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={classes(
        "flex items-start gap-2.5 rounded-lg border px-4 py-3 text-sm leading-relaxed",
        tones[tone],
      )}
    >
      <span className="mt-0.5">{tone === "ok" ? <CheckIcon /> : <WarningIcon />}</span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}
