import { renderError } from '../rendered-error.ts';

/** What the doctor says of one thing. */
export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  /** What was found, or what is wrong. */
  readonly line: string;
  /** The command or the step that corrects it. */
  readonly remedy?: string;
}

/** What is in order. */
export function good(subject: string, line: string): Finding {
  return { subject, ok: true, line };
}

/** What is wrong: a line or an error, and what corrects it. */
export function bad(subject: string, wrong: unknown, remedy: string): Finding {
  return {
    subject,
    ok: false,
    line: typeof wrong === 'string' ? wrong : renderError(wrong).message,
    remedy,
  };
}
